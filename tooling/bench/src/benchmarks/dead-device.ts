import { GatewayProcess, JsonLinesProcess } from '@fieldwarden/acceptance';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { allHealthy } from '../hosts.js';
import { quantile } from '../statistics.js';

const unitGateways = fileURLToPath(new URL('../unit-gateways-main.js', import.meta.url));

const connections = 20;
const unitsEach = 5;
const tagsEach = 100;
const scanMs = 1_000;
const dead = { gateway: 7, unit: 3 };

/** When one unit was scanned, `performance.now()` of the process of the PLCs. */
interface UnitScans {
  readonly gateway: number;
  readonly unit: number;
  readonly atMs: readonly number[];
}

/** Pauses between scans, ms. */
interface Intervals {
  /** Of the devices on other connections. */
  readonly others: readonly number[];
  /** Of those behind the same socket as the one that dies. */
  readonly siblings: readonly number[];
}

/**
 * SPEC §15: a hundred devices behind twenty sockets, one of which stops answering. What the others lose is counted by the PLCs, in a
 * process of their own; timeouts, retries and demotion are the defaults.
 */
export const deadDevice: Benchmark = {
  name: 'dead-device',
  title: '100 devices × 100 tags at 1 s over 20 connections, one device dies and comes back',
  run: async ({ quick }) => {
    await using plcs = new JsonLinesProcess(unitGateways, [
      ...['--gateways', String(connections)],
      ...['--units', String(unitsEach)],
    ]);
    const { ports } = await plcs.next<{ ports: readonly number[] }>();
    await using gateway = await GatewayProcess.start(deadDevicePlant(ports));
    await allHealthy(gateway);
    await sleep(3_000); // the compiler's and the collector's first work
    const before = await during(plcs, quick ? 5_000 : 30_000);
    await plcs.ask({ command: 'silence', ...dead, silent: true });
    const dying = await during(plcs, quick ? 8_000 : 30_000);
    await demoted(gateway);
    const off = await during(plcs, quick ? 5_000 : 30_000);
    await plcs.ask({ command: 'silence', ...dead, silent: false });
    const after = await during(plcs, quick ? 5_000 : 30_000);
    return [
      ...rows('before', before, undefined),
      ...rows('from its last answer on', dying, before),
      ...rows('while it is off-scan', off, before),
      ...rows('once it is back', after, before),
    ];
  },
};

async function demoted(gateway: GatewayProcess): Promise<void> {
  const isOff = async (): Promise<boolean> =>
    (await gateway.hosts()).some(({ deviceState }) => deviceState === 'demoted');
  await waitFor(isOff, { what: 'the dead device to be demoted', timeoutMs: 60_000 });
}

async function during(plcs: JsonLinesProcess, windowMs: number): Promise<Intervals> {
  await plcs.ask({ command: 'reset' });
  await sleep(windowMs);
  const { scans } = await plcs.ask<{ scans: readonly UnitScans[] }>({ command: 'scans' });
  const alive = scans.filter(({ gateway, unit }) => gateway !== dead.gateway || unit !== dead.unit);
  const pauses = (all: readonly UnitScans[]): number[] =>
    all.flatMap(({ atMs }) => atMs.slice(1).map((at, i) => at - atMs[i]));
  return {
    others: pauses(alive.filter(({ gateway }) => gateway !== dead.gateway)),
    siblings: pauses(alive.filter(({ gateway }) => gateway === dead.gateway)),
  };
}

/** The target is growth against `before` by at most 5 %. */
function rows(when: string, { others, siblings }: Intervals, before: Intervals | undefined): BenchResult[] {
  const p99 = quantile(others, 0.99);
  const grown = before && 100 * (p99 / quantile(before.others, 0.99) - 1);
  return [
    { metric: `${when}: interval of the 95 on other sockets, median`, value: quantile(others, 0.5), unit: 'ms' },
    { metric: `${when}: the same, p99`, value: p99, unit: 'ms' },
    ...(grown === undefined
      ? []
      : [{ metric: `${when}: growth of that p99`, value: grown, unit: '%', target: { atMost: 5 } }]),
    { metric: `${when}: interval of the 4 behind its socket, median`, value: quantile(siblings, 0.5), unit: 'ms' },
    { metric: `${when}: the same, p99`, value: quantile(siblings, 0.99), unit: 'ms' },
  ];
}

function deadDevicePlant(ports: readonly number[]): object {
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: ports.map((port, driver) => ({
      id: `line-${driver}`,
      type: 'modbus',
      options: { host: '127.0.0.1', port },
      devices: Array.from({ length: unitsEach }, (_, unit) => ({
        id: `unit-${unit + 1}`,
        options: { unitId: unit + 1 },
        tags: Array.from({ length: tagsEach }, (__, i) => ({
          path: `line${driver}/unit${unit + 1}/value${i}`,
          address: `HR${i}`,
          dataType: 'uint16',
          scanMs,
        })),
      })),
    })),
  };
}
