import { TestServer } from '@fieldwarden/admin-api/testing';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

const speed = 'packaging/filler/speed';

it('prints what the gateway remembers of a tag, between times as people write them (§8.4)', async () => {
  await using server = await TestServer.start();
  const history = async (...args: string[]) =>
    await runHere(['tags', 'history', ...args], { FIELDWARDEN_HOME: server.home });
  const at = (minutesAgo: number): string => new Date(Date.now() - minutesAgo * 60_000).toISOString();
  server.control.points = [
    { sourceAt: at(90), value: 1, status: 'Good', statusCode: 0 },
    { sourceAt: at(10), value: 2.5, status: 'BadTimeout', statusCode: 0x800a0000 },
  ];
  const shown = await history(speed);
  expect([shown.code, shown.stdout.trimEnd().split('\n')]).toEqual([
    0,
    [expect.stringMatching(/^20\d\d-\S+ \S+ {2}2\.5 {2}! BadTimeout$/)],
  ]);
  expect(shown.stderr).toMatch(/^Remembered since 20/);
  const values = async (...args: string[]) =>
    (jsonOf(await history(speed, '--json', ...args)) as { points: { value: number }[] }).points.map(
      ({ value }) => value,
    );
  expect(await values('--from', '2h')).toEqual([1, 2.5]);
  expect(await values('--from', '2h', '--to', '30min')).toEqual([1]);
  expect(await values('--from', at(95), '--to', at(85))).toEqual([1]);
  expect((await history(speed, '--from', '5s')).stdout).toBe('Nothing is remembered of that time.\n');
});

it.each([
  ['--from', 'yesterday'],
  ['--to', '5 apples'],
  ['--from', '2030'],
])('2 for %s %s', async (...args) => {
  expect((await runHere(['tags', 'history', speed, ...args], { FIELDWARDEN_HOME: '/no/such' })).code).toBe(2);
});

it('1 for a tag that there is not', async () => {
  await using server = await TestServer.start();
  expect((await runHere(['tags', 'history', 'no/such'], { FIELDWARDEN_HOME: server.home })).code).toBe(1);
});

describe('tags history --source device (§3.2)', () => {
  const point = (value: number) => ({ sourceAt: '2030-01-01T00:00:00.000Z', value, status: 'Good', statusCode: 0 });
  const history = async ({ home }: TestServer, ...args: string[]) =>
    await runHere(['tags', 'history', speed, '--source', 'device', ...args], { FIELDWARDEN_HOME: home });

  it('follows the pages of one range up to the limit', async () => {
    await using server = await TestServer.start();
    const { devices } = server.control;
    devices.points = [point(1), point(2)];
    devices.nextCursor = 'more';
    const { code, stdout, stderr } = await history(server, '-n', '3');
    expect([code, stdout.trimEnd().split('\n').length]).toEqual([0, 4]);
    expect(stderr).toBe('There is more: --limit is 3 rows.\n');
    const queries = devices.histories.map(({ query }) => query);
    expect(queries.map(({ limit, cursor }) => [limit, cursor])).toEqual([
      [3, undefined],
      [1, 'more'],
    ]);
    expect(queries[0].toMs).toBe(queries[1].toMs);
    devices.nextCursor = null;
    expect(jsonOf(await history(server, '--json'))).toMatchObject({ source: 'device', points: [{ value: 1 }, {}] });
  });

  it('asks for an aggregate with its interval', async () => {
    await using server = await TestServer.start();
    await history(server, '--from', '1h', '--aggregate', 'average', '--interval', '60000');
    const [{ query }] = server.control.devices.histories;
    expect(query).toMatchObject({ processed: { aggregate: 'average', intervalMs: 60_000 } });
    expect(query.toMs! - query.fromMs!).toBe(3_600_000);
  });

  it.each([
    [['--aggregate', 'average']],
    [['--interval', '5']],
    [['--aggregate', 'median', '--interval', '5']],
    [['--source', 'memory', '--aggregate', 'average', '--interval', '5']],
  ])('2 for %j', async (args) => {
    await using server = await TestServer.start();
    expect((await history(server, ...args)).code).toBe(2);
    expect(server.control.devices.histories).toEqual([]);
  });
});
