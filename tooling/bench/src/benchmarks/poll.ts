import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { pollPlant, responder } from '../poll-plant.js';
import { GatewayProcess } from '@fieldwarden/acceptance';
import { JsonLinesProcess } from '@fieldwarden/acceptance';
import { processUsage } from '@fieldwarden/acceptance';

const connections = 10;

interface ResponderStats {
  readonly listeners: readonly {
    readonly requests: number;
    readonly watched: { count: number; p50Ms: number; p99Ms: number; maxMs: number };
  }[];
}

/**
 * SPEC §15: float tags polled each second over ten Modbus connections. The gateway and the PLCs are processes of their own; the
 * achieved interval is what the PLCs saw.
 *
 * Peer: a gateway in C (EMQ Neuron 2.15, -O2) on the same simulator needs about 30 % of a core and 250 MB for 100,000 tags.
 */
export const poll: Benchmark = {
  name: 'poll',
  title: 'Modbus float tags polled at 1 s over 10 connections, no OPC UA client',
  run: async ({ quick }) => {
    const results: BenchResult[] = [];
    for (const tags of [1_000, 10_000, 100_000]) results.push(...(await measure(tags, quick ? 5_000 : 20_000)));
    return results;
  },
};

async function measure(tags: number, windowMs: number): Promise<BenchResult[]> {
  const perConnection = tags / connections;
  await using plcs = new JsonLinesProcess(responder, [
    '--listeners',
    String(connections),
    '--registers',
    String(2 * perConnection),
  ]);
  const { ports } = await plcs.next<{ ports: readonly number[] }>();
  await using gateway = await GatewayProcess.start(pollPlant(ports, perConnection));
  await waitFor(async () => (await gateway.drivers()).every(({ state }) => state === 'Healthy'), {
    what: 'healthy drivers',
    timeoutMs: 30_000,
  });
  await sleep(3_000); // the compiler's and the collector's first work
  await plcs.ask({ command: 'reset' });
  const before = processUsage(gateway.pid);
  const startMs = performance.now();
  await sleep(windowMs);
  const after = processUsage(gateway.pid);
  const elapsedSeconds = (performance.now() - startMs) / 1000;
  const { listeners } = await plcs.ask<ResponderStats>({ command: 'stats' });
  const worst = (pick: (watched: ResponderStats['listeners'][number]['watched']) => number): number =>
    Math.max(...listeners.map(({ watched }) => pick(watched)));
  const name = `${tags.toLocaleString('en')} tags:`;
  const full = tags === 100_000;
  return [
    {
      metric: `${name} CPU of the gateway`,
      value: (100 * (after.cpuSeconds - before.cpuSeconds)) / elapsedSeconds,
      unit: '% of a core',
      ...(full && { target: { atMost: 30 }, peer: { name: 'C gateway', value: 30 } }),
    },
    {
      metric: `${name} resident memory`,
      value: after.residentBytes / 1e6,
      unit: 'MB',
      ...(full && { target: { atMost: 260 }, peer: { name: 'C gateway', value: 250 } }),
    },
    { metric: `${name} private memory`, value: after.privateBytes / 1e6, unit: 'MB' },
    {
      metric: `${name} interval seen by the PLC, median`,
      value: worst(({ p50Ms }) => p50Ms),
      unit: 'ms',
      target: { atMost: 1_005 },
    },
    {
      metric: `${name} interval seen by the PLC, p99`,
      value: worst(({ p99Ms }) => p99Ms),
      unit: 'ms',
      target: { atMost: 1_050 },
    },
    {
      metric: `${name} scans seen by the slowest PLC`,
      value: Math.min(...listeners.map(({ watched }) => watched.count)),
      unit: 'scans',
    },
  ];
}
