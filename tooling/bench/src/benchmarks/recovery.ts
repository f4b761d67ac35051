import { GatewayProcess } from '@fieldwarden/acceptance';
import { S7SimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { allHealthy, hostsPlant, readyTimesMs } from '../hosts.js';
import { Pm2, pm2Name } from '../peers/pm2.js';
import { quantile, spread } from '../statistics.js';

const path = 'press/main/speed';
const manyHosts = 50;
const hangKillMs = 500;

/** The smallest that the plant document takes: pm2 waits not at all. */
const eager = { backoff: { initialMs: 10 } };

/**
 * SPEC §15: a Host crashes or hangs; how long until it is ready again by the gateway's own events, and until its tags are good as a
 * client sees them. Peer: pm2, from the kill to the first line of a child that does nothing else.
 */
export const recovery: Benchmark = {
  name: 'recovery',
  title: 'Hosts that crash or hang, until they are ready and their tags are good again',
  run: async ({ quick }) => {
    const rounds = quick ? 5 : 20;
    return [
      ...(await pressRecovers(rounds)),
      ...(await besidePm2(rounds)),
      ...(await hangsAreReplaced(quick ? 3 : 10)),
    ];
  },
};

interface Round {
  readonly badMs: number;
  readonly goodMs: number;
}

async function pressRecovers(rounds: number): Promise<BenchResult[]> {
  await using plc = await S7SimServer.listen({ host: '127.0.0.1', port: 0, dbs: { 1: Buffer.alloc(64) } });
  await using gateway = await GatewayProcess.start(pressPlant(plc.port));
  const seen: Round[] = [];
  for (let round = 0; round < rounds; round += 1) seen.push(await killPress(gateway));
  return [
    ...spread(
      'S7 Host killed → tags Bad',
      seen.map(({ badMs }) => badMs),
      { median: { atMost: 100 } },
    ),
    ...spread(
      'S7 Host killed → first Good',
      seen.map(({ goodMs }) => goodMs),
      { median: { atMost: 1_000 }, slowest: { atMost: 2_000 } },
    ),
  ];
}

async function killPress(gateway: GatewayProcess): Promise<Round> {
  await gateway.tagTurns(path, 'Good', 30_000);
  await gateway.operate('press', 'reset'); // each round is the first crash, not the sixth in a loop
  await sleep(1_000); // not in the same phase of the scan each time
  const pid = await hostOf(gateway, 'press');
  const startMs = performance.now();
  process.kill(pid, 'SIGKILL');
  const badMs = await elapsedUntil(gateway, startMs, (name) => name !== 'Good');
  const goodMs = await elapsedUntil(gateway, startMs, (name) => name === 'Good');
  return { badMs, goodMs };
}

async function elapsedUntil(
  gateway: GatewayProcess,
  startMs: number,
  wanted: (status: string) => boolean,
): Promise<number> {
  await waitFor(async () => wanted((await gateway.tag(path)).status), {
    what: 'the tag to turn',
    timeoutMs: 60_000,
    intervalMs: 1,
  });
  return performance.now() - startMs;
}

/** Turn by turn, so that both meet the same machine. */
async function besidePm2(rounds: number): Promise<BenchResult[]> {
  await using gateway = await gatewayWithHosts(manyHosts, eager);
  await using pm2 = await Pm2.start(manyHosts);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await sleep(1_500); // pm2 takes a child that ends within a second for one that cannot start
    ours.push(...(await killHosts(gateway, ['sim-0'])));
    await gateway.operate('sim-0', 'reset');
    if (pm2) theirs.push(...(await pm2.killAndTime(1)));
  }
  await sleep(1_500);
  const all = (await gateway.drivers()).map(({ id }) => id);
  const last = quantile(await killHosts(gateway, all), 1);
  const peer = pm2 && { name: pm2Name, value: quantile(await pm2.killAndTime(manyHosts), 1) };
  return [
    ...spread('Host killed → ready, backoff from 10 ms', ours, { peer: { name: pm2Name, values: theirs } }),
    ...spread('Host killed → ready, default backoff', await defaultCrashTimes(rounds)),
    { metric: `${manyHosts} Hosts killed at once → last ready`, value: last, unit: 'ms', ...(peer && { peer }) },
  ];
}

async function defaultCrashTimes(rounds: number): Promise<readonly number[]> {
  await using gateway = await gatewayWithHosts(1, {});
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await sleep(500);
    values.push(...(await killHosts(gateway, ['sim-0'])));
    await gateway.operate('sim-0', 'reset');
  }
  return values;
}

async function gatewayWithHosts(hosts: number, supervision: object): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start(hostsPlant({ hosts, scanMs: 60_000, isolation: 'host', supervision }));
  await allHealthy(gateway);
  return gateway;
}

async function killHosts(gateway: GatewayProcess, drivers: readonly string[]): Promise<readonly number[]> {
  const pids = await Promise.all(drivers.map(async (id) => await hostOf(gateway, id)));
  const killedAtMs = Date.now();
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return await readyTimesMs(gateway, drivers, killedAtMs);
}

async function hangsAreReplaced(rounds: number): Promise<BenchResult[]> {
  await using gateway = await GatewayProcess.start(hangingPlant());
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await allHealthy(gateway);
    await gateway.operate('chaos', 'reset');
    const hungAtMs = Date.now();
    await gateway.write('chaos/command', 'hang');
    values.push(...(await readyTimesMs(gateway, ['chaos'], hungAtMs)));
  }
  const limitMs = hangKillMs + 2_000;
  return spread(`Host hangs → replaced, limit ${hangKillMs} ms`, values, {
    median: { atMost: limitMs },
    slowest: { atMost: limitMs },
  });
}

async function hostOf(gateway: GatewayProcess, id: string): Promise<number> {
  const { pid } = await gateway.driver(id);
  if (pid === null) throw new Error(`driver ${id} has no process`);
  return pid;
}

function pressPlant(port: number): object {
  const tags = [{ path, address: 'DB1.DBD0', dataType: 'float32', scanMs: 100 }];
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: [{ id: 'press', type: 's7', options: { host: '127.0.0.1', port }, devices: [{ id: 'plc', tags }] }],
  };
}

function hangingPlant(): object {
  const command = { path: 'chaos/command', address: 'command', dataType: 'string', access: 'read-write', scanMs: 100 };
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: [
      {
        id: 'chaos',
        type: 'chaos',
        supervision: { pingMs: 100, suspectMs: 300, hangKillMs, ...eager },
        devices: [{ id: 'device', tags: [command] }],
      },
    ],
  };
}
