import type { ServiceAnswer } from '@fieldwarden/admin-contract';
import { GatewayProcess, JsonLinesProcess, processUsage, type MeasuredUsage } from '@fieldwarden/acceptance';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { pollPlant, responder } from './poll-plant.js';
import { familyResidentBytes } from './process-family.js';

/** Of a busy machine. */
const startLimitMs = 180_000;

export interface PolledScale {
  readonly tags: number;
  /** Drivers, each with a connection to a PLC of its own. */
  readonly connections: number;
  /** Over which the PLCs are spread. */
  readonly plcProcesses: number;
  /** From healthy drivers to the first measured scan: the compiler's and the collector's first work, and what the start needed. */
  readonly settleMs: number;
  readonly windowMs: number;
  /** So often every register has another value. Default: never. */
  readonly changeMs?: number;
  /** The section of the plant document: values are published. */
  readonly mqtt?: object;
}

export interface PolledFigures {
  /** Of a core, in percent. */
  readonly cpuPercent: number;
  readonly gateway: MeasuredUsage;
  /** Of the gateway and all that it started. */
  readonly familyBytes: number;
  /** Per PLC, as it saw them, in ms. */
  readonly intervalsMs: readonly (readonly number[])[];
  /** Acknowledged by the broker in the window. */
  readonly published: number;
}

/** A gateway that polls so many float tags each second; it and the PLCs are processes of their own. */
export async function measurePolling(scale: PolledScale): Promise<PolledFigures> {
  const { tags, connections, plcProcesses, settleMs, windowMs, changeMs, mqtt } = scale;
  await using ends = new AsyncDisposableStack();
  const perConnection = tags / connections;
  const plcs = Array.from({ length: plcProcesses }, () =>
    startPlcs(connections / plcProcesses, perConnection, ends, changeMs),
  );
  const ready = await Promise.all(plcs.map(async (plc) => await plc.next<{ ports: readonly number[] }>()));
  const ports = ready.flatMap((each) => each.ports);
  const plant = { ...pollPlant(ports, perConnection), ...(mqtt && { mqtt }) };
  const gateway = ends.use(await GatewayProcess.launch({ plant, startLimitMs }));
  await waitFor(async () => (await gateway.drivers()).every(({ state }) => state === 'Healthy'), {
    what: 'healthy drivers',
    timeoutMs: 60_000,
  });
  await sleep(settleMs);
  for (const plc of plcs) await plc.ask({ command: 'reset' });
  const publishedBefore = mqtt ? await published(gateway) : 0;
  const before = processUsage(gateway.pid);
  const startMs = performance.now();
  await sleep(windowMs);
  const after = processUsage(gateway.pid);
  const elapsedSeconds = (performance.now() - startMs) / 1000;
  const publishedAfter = mqtt ? await published(gateway) : 0;
  return {
    cpuPercent: (100 * (after.cpuSeconds - before.cpuSeconds)) / elapsedSeconds,
    gateway: after,
    familyBytes: familyResidentBytes(gateway.pid),
    published: publishedAfter - publishedBefore,
    intervalsMs: (await Promise.all(plcs.map(readTimesMs))).flat().map(intervalsOf),
  };
}

function startPlcs(
  listeners: number,
  tags: number,
  ends: AsyncDisposableStack,
  changeMs: number | undefined,
): JsonLinesProcess {
  const size = ['--listeners', String(listeners), '--registers', String(2 * tags)];
  const changes = changeMs === undefined ? [] : ['--change-ms', String(changeMs)];
  return ends.use(new JsonLinesProcess(responder, [...size, ...changes]));
}

/** Throws when something was given up: then not every value was published. */
async function published(gateway: GatewayProcess): Promise<number> {
  const { detail } = await gateway.get<ServiceAnswer>('/services/mqtt');
  const { published: count, dropped } = detail as { readonly published: number; readonly dropped: number };
  if (dropped > 0) throw new Error(`${dropped} messages were given up`);
  return count;
}

async function readTimesMs(plc: JsonLinesProcess): Promise<readonly (readonly number[])[]> {
  return (await plc.ask<{ readAtMs: readonly (readonly number[])[] }>({ command: 'times' })).readAtMs;
}

function intervalsOf(timesMs: readonly number[]): readonly number[] {
  return timesMs.slice(1).map((timeMs, i) => timeMs - timesMs[i]);
}
