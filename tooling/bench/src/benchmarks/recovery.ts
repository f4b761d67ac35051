import { S7SimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { GatewayProcess } from '@fieldwarden/acceptance';

const path = 'press/main/speed';

/** SPEC §15: a Host's process is killed; how long until its tags are good again, as a client of the gateway sees it. */
export const recovery: Benchmark = {
  name: 'recovery',
  title: 'SIGKILL of an S7 Host until its tags are Bad, and Good again',
  run: async ({ quick }) => {
    await using plc = await S7SimServer.listen({ host: '127.0.0.1', port: 0, dbs: { 1: Buffer.alloc(64) } });
    await using gateway = await GatewayProcess.start(plant(plc.port));
    const rounds: Round[] = [];
    for (let round = 0; round < (quick ? 5 : 20); round += 1) rounds.push(await killOnce(gateway));
    return [
      ...figures('killed → tags Bad', rounds.map(({ badMs }) => badMs), 100, 100), // prettier-ignore
      ...figures('killed → first Good', rounds.map(({ goodMs }) => goodMs), 1_000, 2_000), // prettier-ignore
    ];
  },
};

interface Round {
  readonly badMs: number;
  readonly goodMs: number;
}

async function killOnce(gateway: GatewayProcess): Promise<Round> {
  await waitFor(async () => (await status(gateway)) === 'Good', { what: 'a good value', timeoutMs: 30_000 });
  await sleep(1_000); // not in the same phase of the scan each time
  const [{ pid }] = await gateway.drivers();
  if (pid === null) throw new Error('the driver has no process');
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
  while (!wanted(await status(gateway))) {
    if (performance.now() - startMs > 60_000) throw new Error('the driver did not come back within a minute');
    await sleep(1);
  }
  return performance.now() - startMs;
}

async function status(gateway: GatewayProcess): Promise<string> {
  return (await gateway.tag(path)).status;
}

function figures(metric: string, values: readonly number[], p50Target: number, maxTarget: number): BenchResult[] {
  const sorted = [...values].sort((a, b) => a - b);
  return [
    {
      metric: `${metric}, median`,
      value: sorted[Math.floor(sorted.length / 2)],
      unit: 'ms',
      target: { atMost: p50Target },
    },
    { metric: `${metric}, slowest`, value: sorted.at(-1) ?? Number.NaN, unit: 'ms', target: { atMost: maxTarget } },
  ];
}

function plant(port: number): object {
  const tags = [{ path, address: 'DB1.DBD0', dataType: 'float32', scanMs: 100 }];
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: [{ id: 'press', type: 's7', options: { host: '127.0.0.1', port }, devices: [{ id: 'plc', tags }] }],
  };
}
