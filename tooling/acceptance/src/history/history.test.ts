import { PostgresServer } from '@fieldwarden/authority/testing';
import type { HistoryTags, Status, TagHistory, Trends } from '@fieldwarden/admin-contract';
import { FaultProxy, waitFor } from '@fieldwarden/testkit';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AggregateFunction, AttributeIds, type HistoryData, type HistoryReadResult } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpcuaReader } from '../opcua-reader.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli } from '../processes/run-cli.js';

const tag = (name: string, address: string, more: object = {}): object => ({
  path: `line/${name}`,
  address,
  dataType: 'float32',
  scanMs: 100,
  ...more,
});

const plant = {
  version: 1,
  site: 'test',
  opcua: { securityPolicies: ['None'], anonymous: 'viewer' },
  history: { exclude: ['_system/**', 'line/secret'] },
  drivers: [
    {
      id: 'sim',
      type: 'simulator',
      isolation: 'in-process',
      devices: [
        {
          id: 'plc',
          tags: [
            tag('ramp', 'ramp?periodMs=10000'),
            tag('still', 'memory?initial=5', {
              dataType: 'int32',
              access: 'read-write',
              history: { maxIntervalMs: 1_000 },
            }),
            tag('coarse', 'ramp?periodMs=10000', { history: { deadband: 1_000 } }),
            tag('never', 'ramp?periodMs=10000', { history: false }),
            tag('secret', 'ramp?periodMs=10000'),
            tag('large', 'memory?initial=1', { dataType: 'int64', access: 'read-write' }),
          ],
        },
      ],
    },
  ],
};

let gateway: GatewayProcess;
let server: PostgresServer;
let proxy: FaultProxy;
let database: string;

const environment = (): NodeJS.ProcessEnv => ({
  FIELDWARDEN_HISTORY_URL: server.url(new URL(database).pathname.slice(1), { port: proxy.port }),
});

beforeAll(async () => {
  server = await PostgresServer.start();
  database = await server.database();
  proxy = await FaultProxy.listen({ targetPort: server.port });
  gateway = await GatewayProcess.start(plant, environment());
  await gateway.driverTurns('sim', 'Healthy');
});

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** A row of PostgreSQL as `GET /tags/history` tells it. */
const inDatabase = async (path: string, from: string, to: string): Promise<readonly Record<string, unknown>[]> =>
  await server.superuser(
    database,
    `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, number as value, status::float8 as status
     from fieldwarden_history.value v join fieldwarden_history.tag t on t.id = v.tag_id
     where path = '${path}' and at >= '${from}' and at < '${to}' order by v.at`,
  );

const databaseStatus = async (): Promise<Record<string, unknown>> => {
  const { stdout } = await gateway.cli('history', 'status', '--json');
  return (JSON.parse(stdout) as { database: Record<string, unknown> }).database;
};

const history = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<TagHistory> =>
  await gateway.get<TagHistory>(`/tags/history?${new URLSearchParams({ path, ...query }).toString()}`);

/** With so many points, from the store. */
const stored = async (path: string, least: number): Promise<TagHistory> =>
  await waitFor(
    async () => {
      const found = await history(path);
      return found.source === 'store' && found.points.length >= least && found;
    },
    { what: `${least} points of ${path}`, timeoutMs: 20_000, intervalMs: 100 },
  );

describe('history from outside (§8.4)', () => {
  it('tells an OPC UA client the same values, times and aggregates as REST', async () => {
    const { points } = await stored('line/ramp', 20);
    const [from, to] = [points[0].at!, points[18].at!];
    await using client = await OpcuaReader.connect(gateway, 'test');
    const historizing = async (path: string): Promise<unknown> =>
      (await client.read(path, AttributeIds.Historizing)).value.value;
    expect([await historizing('line/ramp'), await historizing('line/never')]).toEqual([true, false]);
    const values = ({ historyData }: HistoryReadResult) => (historyData as HistoryData).dataValues ?? [];
    const node = client.nodeId('line/ramp');
    const raw = await client.session.readHistoryValue(node, new Date(from), new Date(to), { returnBounds: false });
    expect(
      values(raw).map(({ value, sourceTimestamp }) => [value.value as unknown, sourceTimestamp!.toISOString()]),
    ).toEqual(points.slice(0, 18).map(({ value, at }) => [value, at]));
    const whole = Date.parse(to) - Date.parse(from);
    const average = await client.session.readAggregateValue(
      { nodeId: node }, new Date(from), new Date(to), AggregateFunction.TimeAverage, whole,
    ); // prettier-ignore
    const asked = { from, to, aggregate: 'time-average', intervalMs: String(whole) };
    const byRest = await history('line/ramp', asked);
    expect(values(average).map(({ value }) => value.value as unknown)).toEqual(byRest.points.map(({ value }) => value));
    expect(byRest.points).toHaveLength(1);
  });

  it('keeps what a tag does, and tells it page by page, forwards and backwards', async () => {
    const { points } = await stored('line/ramp', 20);
    // What is newer may be on its way to the store.
    const [from, to] = [points[0].at!, points.at(-1)!.at!];
    const times = points.map(({ at }) => Date.parse(at!));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const whole = await history('line/ramp', { from, to });
    const paged: TagHistory['points'][number][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: TagHistory = await history('line/ramp', { from, to, limit: '7', ...(cursor && { cursor }) });
      expect(page.points.length).toBeLessThanOrEqual(7);
      paged.push(...page.points);
      cursor = page.next ?? null;
    }
    expect(paged).toEqual(whole.points);
    const before = (at: string): string => new Date(Date.parse(at) - 1).toISOString();
    const back = await history('line/ramp', { from: before(to), to: before(from) });
    expect(back.points.toReversed()).toEqual(whole.points);
  });

  it('keeps what is worth keeping: by deadband, by the longest interval, by include and exclude', async () => {
    await stored('line/still', 3); // it never changes
    const { points } = await history('line/coarse');
    expect(points.map(({ status }) => status)).toEqual(['BadOutOfService', 'Good']); // before and after the driver started
    expect((await history('line/never')).source).toBe('memory');
    expect((await history('line/secret')).source).toBe('memory');
    const { paths } = await gateway.get<HistoryTags>('/history/tags');
    expect(paths).toEqual(['line/coarse', 'line/large', 'line/ramp', 'line/still']);
  });

  it('keeps 64-bit integers to the last digit', async () => {
    await gateway.write('line/large', '9007199254740993');
    const { points } = await stored('line/large', 3);
    expect(points.at(-1)).toMatchObject({ value: '9007199254740993', status: 'Good' });
  });

  it('draws curves in buckets', async () => {
    await stored('line/ramp', 20);
    const { series } = await gateway.get<Trends>('/trends?paths=line/ramp,line/never&buckets=5');
    expect(series.map(({ path }) => path)).toEqual(['line/ramp', 'line/never']);
    for (const { points } of series) {
      expect(points.length).toBeGreaterThan(0);
      expect(points.length).toBeLessThanOrEqual(5);
      for (const { min, max, last } of points) expect(min! <= (last as number) && (last as number) <= max!).toBe(true);
    }
  });

  it('computes aggregates', async () => {
    const { points } = await stored('line/ramp', 20);
    const from = points[0].at!;
    const to = points.at(-1)!.at!;
    const asked = { from, to, aggregate: 'count', intervalMs: '0' };
    const [{ value }] = (await history('line/ramp', asked)).points;
    expect(value).toBe(points.filter(({ status }) => status === 'Good').length - 1); // the end is not included
  });

  it('has the same values in PostgreSQL, each once, after an outage of the database too', async () => {
    const { points } = await stored('line/ramp', 20);
    await waitFor(async () => (await databaseStatus())['connected'] === true, { what: 'the database', timeoutMs: 20_000 }); // prettier-ignore
    proxy.refuse();
    proxy.dropConnections();
    const away = await waitFor(
      async () => {
        const status = await databaseStatus();
        return status['lastError'] !== null && Number(status['waiting']) > 4 && status;
      },
      { what: 'values that wait', timeoutMs: 30_000 },
    );
    expect(away).toMatchObject({ connected: false, database: expect.stringContaining('127.0.0.1:') as string });
    const to = new Date().toISOString();
    await proxy.accept();
    await waitFor(async () => (await inDatabase('line/ramp', to, '2100-01-01')).length > 0, {
      what: 'values after the outage',
      timeoutMs: 60_000,
      intervalMs: 200,
    });
    const from = points[0].at!;
    const kept = await history('line/ramp', { from, to, limit: '10000' });
    const rows = await inDatabase('line/ramp', from, to);
    expect(rows).toEqual(
      kept.points.map(({ at, value, statusCode }) => ({ at, value: value ?? null, status: statusCode })),
    );
    const told = `${gateway.output}${JSON.stringify(await databaseStatus())}${JSON.stringify(await gateway.get('/services'))}`;
    for (const secret of [server.password, encodeURIComponent(server.password)]) expect(told).not.toContain(secret);
  });

  it('says how it is', async () => {
    await stored('line/ramp', 1);
    const { history: state } = await gateway.get<Status>('/status');
    expect(state).toMatchObject({ store: 'embedded', dropped: 0 });
    expect(state!.bytes).toBeGreaterThan(0);
  });

  it('loses nothing that was told of when it is killed, and shows the gap', async () => {
    const before = await stored('line/ramp', 5);
    const killed = Date.now();
    await gateway.kill();
    gateway = await GatewayProcess.start(plant, environment(), gateway.home);
    await gateway.driverTurns('sim', 'Healthy');
    const after = await waitFor(
      async () => {
        const found = await history('line/ramp', { limit: '10000' });
        return Date.parse(found.points.at(-1)!.at!) > killed + 1_500 && found;
      },
      { what: 'values after the kill', timeoutMs: 20_000, intervalMs: 100 },
    );
    expect(after.points.slice(0, before.points.length)).toEqual(before.points);
    const gaps = after.points.filter(({ status }) => status === 'BadDataLost');
    expect(gaps).toHaveLength(1);
    expect(new Set(after.points.map(({ at }) => at)).size).toBe(after.points.length); // no doubles
  });

  it('comes back from a backup, with its gap', async () => {
    const before = await stored('line/ramp', 5);
    await gateway.cli('backup', join(gateway.home, 'backup'), '--history');
    const home = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    const { code } = await runCli(['restore', join(gateway.home, 'backup'), '--home', home, '--yes']);
    expect(code).toBe(0);
    expect(readdirSync(home).filter((name) => /^history\..*mdb$/.test(name))).toEqual(
      readdirSync(gateway.home).filter((name) => /^history\..*mdb$/.test(name)),
    );
    await using again = await GatewayProcess.start(plant, {}, home);
    const { from, to } = { from: before.points[0].at!, to: before.points.at(-1)!.at! };
    const query = new URLSearchParams({ path: 'line/ramp', from, to, limit: '10000' }).toString();
    const restored = await again.get<TagHistory>(`/tags/history?${query}`);
    expect(restored.points).toEqual(before.points.slice(0, -1));
  });
});
