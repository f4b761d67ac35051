import { setTimeout as sleep } from 'node:timers/promises';
import { processUsage } from '@fieldwarden/acceptance';
import { waitFor } from '@fieldwarden/testkit';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { change, mirroredStore, type MirroredStore } from '../mirrored-store.js';

const tags = 100_000;
const changesPerSecond = 100_000;

/** Registers that one Modbus request reads: the smallest batches that pollers make of so many changes. */
const batch = 125;

/** SPEC §16.4: what it costs to keep a service in a Host up to date, beside what the store and an idle Host cost anyway. */
export const serviceMirror: Benchmark = {
  name: 'service-mirror',
  title: 'the tags of the gateway mirrored in the Host of a service, 100,000 tags, 100,000 changes/s',
  async run({ quick }): Promise<BenchResult[]> {
    const durationMs = quick ? 4_000 : 15_000;
    await using mirrored = await mirroredStore(tags);
    await change(mirrored, { changesPerSecond, batch, durationMs: 2_000 }); // the compiler's first work
    const alone = await measure(undefined, () => change(mirrored, { changesPerSecond, batch, durationMs }));
    const startMs = performance.now();
    await mirrored.home.start({});
    const readyMs = performance.now() - startMs;
    await change(mirrored, { changesPerSecond, batch, durationMs: 2_000 });
    const pid = mirrored.home.facts.pid!;
    const idle = await measure(pid, () => sleep(durationMs));
    const toldBefore = await seenBy(mirrored);
    const busy = await measure(pid, () => change(mirrored, { changesPerSecond, batch, durationMs }));
    const told = (await seenBy(mirrored)) - toldBefore;
    const gatewayPercent = busy.ownPercent - alone.ownPercent - idle.ownPercent;
    const hostPercent = busy.hostPercent - idle.hostPercent;
    return [
      { metric: 'CPU of both sides', value: gatewayPercent + hostPercent, unit: '% of a core', target: { atMost: 3 } },
      { metric: 'CPU of the gateway beside the store', value: gatewayPercent, unit: '% of a core' },
      { metric: 'CPU of the Host beside its idling', value: hostPercent, unit: '% of a core' },
      {
        metric: 'private memory of the Host',
        value: ((await memoryOf(mirrored)) - (await emptyHostBytes())) / tags,
        unit: 'B/tag',
        target: { atMost: 1_200 },
      },
      { metric: 'start to ready', value: readyMs, unit: 'ms' },
      { metric: 'changes told', value: (100 * told) / busy.result, unit: '%' },
    ];
  },
};

interface Measured<Result> {
  readonly ownPercent: number;
  readonly hostPercent: number;
  readonly result: Result;
}

/** CPU of this process, which plays the gateway, and of the Host. */
async function measure<Result>(pid: number | undefined, work: () => Promise<Result>): Promise<Measured<Result>> {
  const hostSeconds = (): number => (pid === undefined ? 0 : processUsage(pid).cpuSeconds);
  const startMs = performance.now();
  const [own, host] = [process.cpuUsage(), hostSeconds()];
  const result = await work();
  const { user, system } = process.cpuUsage(own);
  const elapsedMs = performance.now() - startMs;
  return {
    ownPercent: (user + system) / 10 / elapsedMs,
    hostPercent: (100_000 * (hostSeconds() - host)) / elapsedMs,
    result,
  };
}

async function emptyHostBytes(): Promise<number> {
  await using empty = await mirroredStore(1);
  await empty.home.start({});
  return await memoryOf(empty);
}

/** Once what is under way has arrived and was reported. */
async function seenBy({ home }: MirroredStore): Promise<number> {
  await sleep(1_500);
  return home.facts.detail!['seen'] as number;
}

async function memoryOf({ home }: MirroredStore): Promise<number> {
  home.requestGc();
  await sleep(2_500);
  return await waitFor(() => home.facts.memoryBytes, { what: 'a pong' });
}
