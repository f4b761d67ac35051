import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestServer } from '@fieldwarden/admin-api/testing';
import { sampleService } from '@fieldwarden/admin-contract/testing';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

const speed = 'packaging/filler/speed';

const point = (second: number, value: unknown, status = 'Good') => ({
  at: new Date(1_000 * second).toISOString(),
  sourceAt: new Date(1_000 * second).toISOString(),
  value,
  status,
  statusCode: status === 'Good' ? 0 : 0x809d0000,
});

async function start(): Promise<TestServer> {
  const server = await TestServer.start();
  server.control.past.kept.set(speed, [[point(1, 1), point(2, null, 'BadDataLost')], [point(3, 'a "b", c')]]);
  server.control.past.kept.set('old/level', [[point(1, [1, 2])]]);
  return server;
}

const run = ({ home }: TestServer, ...args: string[]) => runHere(args, { FIELDWARDEN_HOME: home });

describe('history from the command line (§8.4)', () => {
  it('prints all pages of what is kept, as a table too', async () => {
    await using server = await start();
    const { code, stdout } = await run(server, 'tags', 'history', speed, 'old/level', '--csv');
    expect([code, stdout.split('\r\n')]).toEqual([
      0,
      [
        'path,at,value,status',
        `${speed},1970-01-01T00:00:01.000Z,1,Good`,
        `${speed},1970-01-01T00:00:02.000Z,,BadDataLost`,
        `${speed},1970-01-01T00:00:03.000Z,"a ""b"", c",Good`,
        'old/level,1970-01-01T00:00:01.000Z,"[1,2]",Good',
        '',
      ],
    ]);
    const { points } = jsonOf(await run(server, 'tags', 'history', speed, '--json')) as { points: unknown[] };
    expect(points).toHaveLength(3);
    const [first, second] = server.control.past.asked.map(({ query }) => query);
    expect([first.cursor, second.cursor]).toEqual([undefined, '1']);
    expect([second.fromMs, second.toMs]).toEqual([first.fromMs, first.toMs]);
  });

  it('asks for aggregates by the names of the standard', async () => {
    await using server = await start();
    await run(server, 'tags', 'history', speed, '--aggregate', 'time-average2', '--interval', '60000');
    const { processed } = server.control.past.asked[0].query;
    expect(processed).toEqual({ aggregate: 'time-average2', intervalMs: 60_000 });
    expect((await run(server, 'tags', 'history', speed, '--aggregate', 'median', '--interval', '1')).code).toBe(2);
    expect((await run(server, 'tags', 'history', speed, '--aggregate', 'count')).code).toBe(2);
  });

  it('exports everything that is kept into a file, once', async () => {
    await using server = await start();
    const file = join(server.home, 'out.csv');
    const done = await run(server, 'history', 'export', file, '--json');
    expect(jsonOf(done)).toEqual({ schema: 'fieldwarden/history-export@1', file, paths: 2, rows: 4 });
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(6);
    expect(existsSync(`${file}.part`)).toBe(false);
    expect((await run(server, 'history', 'export', file)).stderr).toContain('is there already');
    const one = join(server.home, 'one.csv');
    expect((await run(server, 'history', 'export', one, '--paths', 'old/level')).stdout).toContain('1 value of 1 tag');
  });

  it('says how the store is, and what to do where there is none', async () => {
    await using server = await start();
    expect(await run(server, 'history', 'status')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('keeps no history') as string,
    });
    const detail = {
      store: 'embedded', valuesPerSecond: 12.5, bytes: 4_096, oldestAt: null, values: 7, tags: 3, pending: 0, dropped: 0, lagSeconds: 0,
      damagedBlocks: 2, trouble: null,
      database: {
        database: 'db:5432/plant', connected: false, layout: null, waiting: 8, waitingBytes: 2_048, lagSeconds: 61, written: 9, outOfRange: 1,
        dropped: { count: 2, rows: 1 }, lastError: 'it is away',
      },
    }; // prettier-ignore
    server.control.services.services = [sampleService({ id: 'history', type: 'history', detail })];
    expect((await run(server, 'history')).stdout).toMatch(/Rate +12\.5 values a second[^]*Damaged +2 blocks/);
    expect((await run(server, 'history')).stdout).toMatch(
      /Database +db:5432\/plant: away[^]*Waiting +8 batches, 2\.0 kB, for 61 s[^]*Given up +3[^]*Last error +it is away/,
    );
    expect(jsonOf(await run(server, 'history', 'status', '--json'))).toMatchObject({
      schema: 'fieldwarden/history@1',
      ...detail,
    });
  });
});
