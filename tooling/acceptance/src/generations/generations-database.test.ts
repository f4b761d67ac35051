import { PostgresServer } from '@fieldwarden/authority/testing';
import { FaultProxy, temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CountingPlcs } from '../counting-plcs.js';
import { GatewayProcess, type GatewayLaunch } from '../processes/gateway-process.js';
import type { GatewayRefused } from '../processes/gateway-refused.js';
import { configurationEvents, GenerationRequests } from './generation-requests.js';
import { missedScanMs, pressReads, threeLines, Untouched } from '../three-lines.js';

/** SPEC §7.4: four attempts of 2 s, pauses of up to 2.1 s between them, and up to 5.5 s until somebody looks. */
const noticedWithinMs = 16_000;
/** "At once": the time-outs of a connection to a server that is silent, and a busy machine. */
const refusedWithinMs = 6_000;

let server: PostgresServer;
let plcs: CountingPlcs;

beforeAll(async () => {
  [server, plcs] = await Promise.all([PostgresServer.start(), CountingPlcs.start(3)]);
});

afterAll(async () => {
  await Promise.all([server?.[Symbol.asyncDispose](), plcs?.[Symbol.asyncDispose]()]);
});

async function launch(url: string, more: GatewayLaunch = {}): Promise<GatewayProcess> {
  return await GatewayProcess.launch({ ...more, env: { FIELDWARDEN_CONFIG_URL: url } });
}

describe('a gateway whose configuration database fails (§7.4)', () => {
  let url: string;
  let database: string;
  let proxy: FaultProxy;
  let gateway: GatewayProcess;
  let config: GenerationRequests;

  beforeEach(async () => {
    url = await server.database();
    proxy = await FaultProxy.listen({ targetPort: server.port });
    database = new URL(url).pathname.slice(1);
    gateway = await launch(server.url(database, { port: proxy.port }), { plant: threeLines(plcs) });
    config = new GenerationRequests(gateway);
    await pressReads(gateway, 2005);
  });

  afterEach(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
  });

  const stale = async (isStale: boolean): Promise<void> => {
    await config.statusTurns(
      ({ usingStaleConfig }) => usingStaleConfig === isStale,
      `stale ${isStale}`,
      noticedWithinMs,
    );
    const json = async (path: string): Promise<unknown> => JSON.parse((await gateway.health(path)).text);
    expect(await gateway.health('/healthz')).toMatchObject({ status: 200 });
    expect(await json('/healthz')).toMatchObject({ configDbReachable: !isStale, usingStaleConfig: isStale });
    expect(await json('/readyz')).toMatchObject({ usingStaleConfig: isStale });
    expect(await config.metric('config_stale')).toBe(isStale ? 1 : 0);
    const { config: told } = await gateway.status();
    expect(told).toMatchObject({ authorityReachable: !isStale, staleSince: isStale ? expect.any(String) : null });
  };

  const refusedAtOnce = async (): Promise<void> => {
    const startMs = performance.now();
    const answer = await config.publish(threeLines(plcs, { address: 'HR30' }));
    expect(performance.now() - startMs).toBeLessThan(refusedWithinMs);
    expect(answer).toMatchObject({ status: 503, body: { code: 'AUTHORITY_UNREACHABLE' } });
  };

  it.each([
    { fault: 'is killed', strike: () => server.kill(), heal: () => server.restart() },
    { fault: 'stands still', strike: () => server.pause(), heal: () => server.resume() },
  ])(
    'goes on when the database $fault, says so, refuses to publish, and recovers by itself',
    async ({ strike, heal }) => {
      const untouched = await Untouched.since(gateway, plcs);
      await strike();
      await refusedAtOnce();
      await stale(true);
      await refusedAtOnce();
      await pressReads(gateway, 2005);
      expect(await config.validate(threeLines(plcs))).toMatchObject({ valid: true });
      expect((await config.diff(threeLines(plcs, { address: 'HR20' }))).steps).toHaveLength(1);
      await heal();
      await stale(false);
      expect(await config.published(threeLines(plcs, { address: 'HR20' }))).toBeGreaterThan(1);
      await pressReads(gateway, 2010);
      const told = (await configurationEvents(gateway)).map(({ message }) => message);
      expect(told).toEqual(
        expect.arrayContaining([expect.stringContaining('does not answer'), expect.stringContaining('answers again')]),
      );
      const { now, before } = await untouched.identities();
      expect(now).toEqual(before);
      expect(await untouched.longestPauseMs()).toBeLessThan(missedScanMs);
    },
  );

  it('reads from a database that takes no writes or is slow, without being stale, and publishes when it can', async () => {
    const readOnly = async (value: 'on' | 'off'): Promise<unknown> =>
      await server.superuser(
        server.url('postgres'),
        `alter database ${database} set default_transaction_read_only = ${value}`,
      );
    await readOnly('on');
    expect(await config.publish(threeLines(plcs, { address: 'HR30' }))).toMatchObject({ status: 503 });
    expect(await config.list()).toHaveLength(1);
    expect(await gateway.status()).toMatchObject({ generation: 1, usingStaleConfig: false });
    await readOnly('off');
    proxy.toClient.delayMs = 300;
    expect(await config.published(threeLines(plcs, { address: 'HR20' }))).toBe(2);
    expect(await config.list()).toHaveLength(2);
    expect((await gateway.status()).usingStaleConfig).toBe(false);
    await pressReads(gateway, 2010);
  });

  it('started with the database away, runs what is sealed, says so, and publishes its watched file once it can', async () => {
    await config.published(threeLines(plcs, { address: 'HR20' }));
    expect(await gateway.stop()).toBe(0);
    proxy.refuse();
    proxy.dropConnections();
    const env = { FIELDWARDEN_CONFIG_URL: server.url(database, { port: proxy.port }) };
    const plant = threeLines(plcs, { address: 'HR30' });
    await using next = await GatewayProcess.launch({ home: gateway.home, env, plant, args: ['--watch'] });
    expect(await next.status()).toMatchObject({ generation: 2, usingStaleConfig: true, authority: 'postgres' });
    await pressReads(next, 2010);
    expect((await next.cli('logs', '-n', '200')).stdout).toMatch(/plant\.yaml is not published/);
    await proxy.heal();
    const requests = new GenerationRequests(next);
    await requests.runs(3, noticedWithinMs);
    expect((await next.status()).usingStaleConfig).toBe(false);
    await pressReads(next, 2015);
  });

  it('whose connections break at any instant of a publish: it happened or not, and everybody agrees which', async () => {
    let last = 1;
    for (let round = 0; round < 12; round += 1) {
      const publish = config.publish(threeLines(plcs, { address: `HR${20 + 2 * round}` }));
      await sleep(Math.random() * 60);
      proxy.dropConnections();
      const { status, body } = await publish;
      expect([200, 503]).toContain(status);
      if (status === 200) expect(body.generation).toBeGreaterThan(last);
      const settled = await waitFor(async () => await agreed(), {
        what: 'one story',
        timeoutMs: 20_000,
        intervalMs: 25,
      });
      expect(settled).toBeGreaterThanOrEqual(last);
      last = settled;
    }
  });

  /** What runs, if it is also the newest that the database has. */
  const agreed = async (): Promise<number | undefined> => {
    const { generation, config: told } = await gateway.status();
    const [newest] = await config.list();
    return told?.held === null && newest.generation === generation ? newest.generation : undefined;
  };

  it('holds what runs when the database was restored to an older state, until somebody publishes', async () => {
    const changed = threeLines(plcs, { address: 'HR20' });
    await config.published(changed);
    await pressReads(gateway, 2010);
    await server.superuser(
      url,
      `
      alter table fieldwarden.generation disable trigger user;
      delete from fieldwarden.generation where generation = 2;
      alter table fieldwarden.generation enable trigger user`,
    );
    const { config: told } = await config.statusTurns(({ config: { held } = {} as never }) => held !== null, 'held');
    expect(told?.held).toMatchObject({ authorityGeneration: 1, reason: expect.stringContaining('backup') });
    expect(await gateway.status()).toMatchObject({ generation: 2, usingStaleConfig: false });
    await pressReads(gateway, 2010);
    const alarms = (await configurationEvents(gateway)).filter(({ type }) => type === 'alarm');
    expect(alarms).toMatchObject([{ data: { active: true }, message: expect.stringContaining('went back') }]);
    expect(await gateway.stop()).toBe(0);
    await using next = await launch(url, { home: gateway.home });
    const requests = new GenerationRequests(next);
    expect(await next.status()).toMatchObject({ generation: 2, config: { held: { authorityGeneration: 1 } } });
    expect(await requests.published(changed)).toBe(3);
    expect((await next.status()).config?.held).toBeNull();
    expect((await requests.list()).map(({ generation }) => generation)).toEqual([3, 1]);
  });
});

describe('gateways that share a database (§7.2)', () => {
  it('of one site follow each other; of another site they hear nothing', async () => {
    const url = await server.database();
    await using first = await launch(url, { plant: threeLines(plcs) });
    await using second = await launch(url, { args: ['--site', 'lines'] });
    await using other = await launch(url, { plant: threeLines(plcs, { site: 'elsewhere' }) });
    const [one, two, three] = [first, second, other].map((gateway) => new GenerationRequests(gateway));
    await pressReads(second, 2005);
    const { pid } = await second.driver('oven');
    await one.published(threeLines(plcs, { address: 'HR20' }), 'from the first');
    await two.runs(2);
    await pressReads(second, 2010);
    expect((await second.driver('oven')).pid).toBe(pid);
    expect((await configurationEvents(second)).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('published elsewhere'),
    );
    await two.published(threeLines(plcs, { address: 'HR30' }), 'from the second');
    await one.runs(3);
    await pressReads(first, 2015);
    expect((await two.list()).map(({ message }) => message).slice(0, 2)).toEqual(['from the second', 'from the first']);
    expect(await three.list()).toMatchObject([{ generation: 1 }]);
    expect(await other.status()).toMatchObject({ generation: 1, site: 'elsewhere' });
  }, 120_000);
});

describe('a first start (§7.4)', () => {
  it('without database and without snapshot is refused with one clear message and exit code 78', async () => {
    await using home = await temporaryDirectory();
    const nobody = 'postgres://nobody:secret@127.0.0.1:1/none';
    for (const more of [{ args: ['--site', 'lines'] }, { plant: threeLines(plcs) }, {}]) {
      const start = launch(nobody, { home: home.path, ...more });
      await expect(start).rejects.toMatchObject({ code: 78 });
      const { output } = (await start.catch((error: unknown) => error)) as GatewayRefused;
      expect(output).toContain('database');
      expect(output).not.toContain('secret');
      expect(
        output
          .trim()
          .split('\n')
          .filter((line) => /^error/i.test(line)).length,
      ).toBeLessThanOrEqual(1);
    }
  });
});
