import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { Outbox, type OutboxState } from '@fieldwarden/outbox';
import { temporaryDirectory } from '@fieldwarden/testkit';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { atRate, cpuEach, messageNumber } from '../outbox-load.js';
import { resets } from '../outbox-resets.js';
import { bareLmdbWriterCpu } from '../peers/bare-lmdb-writer.js';
import { levelStoreCpu, levelStoreName } from '../peers/mqtt-level-store.js';
import { quantile } from '../statistics.js';

const perSecond = 20_000;

/** What a broker takes of a backlog, and a tenth of it that is new. */
const lineRate = 45_000;
const livePerSecond = 4_000;

/** SPEC §15, MQTT: the outbox by itself, and over a connection that is reset. */
export const outbox: Benchmark = {
  name: 'outbox',
  title: 'the durable outbox of MQTT: 20,000 messages/s appended and acknowledged, a backlog of 1.8 million',
  async run({ quick }): Promise<BenchResult[]> {
    await using home = await temporaryDirectory('fieldwarden-bench-outbox-');
    const steadyMs = quick ? 3_000 : 10_000;
    return [
      ...(await steady(home.path, steadyMs)),
      ...(await backlog(home.path, quick ? 200_000 : 1_800_000)),
      ...(await overConnections(home.path, quick ? 5 : 50)),
    ];
  },
};

function openOutbox(folder: string, changed?: (state: OutboxState) => void): Promise<Outbox> {
  const limits = { maxMessages: 10_000_000, maxBytes: 2 ** 40, maxAgeMs: 2 ** 40, warnAt: 1_000 };
  const file = join(folder, 'outbox.mdb');
  return Outbox.open({
    file,
    name: 'bench',
    limits,
    clock: systemClock,
    logger: silentLogger,
    ...(changed && { changed }),
  });
}

async function steady(folder: string, durationMs: number): Promise<readonly BenchResult[]> {
  const nothing = await cpuEach(() => atRate(perSecond, durationMs, (n) => void messageNumber(n)));
  const written = (await durableCpu(folder, durationMs)) - nothing;
  const live = (await liveCpu(folder, durationMs)) - nothing;
  const bare = (await bareLmdbWriterCpu(folder, perSecond, durationMs)) - nothing;
  const storeFolder = join(folder, 'store');
  await mkdir(storeFolder);
  const store = await levelStoreCpu(storeFolder, perSecond, durationMs);
  const unit = 'µs/message';
  const beside = store === undefined ? {} : { peer: { name: levelStoreName, value: store - nothing } };
  return [
    { metric: 'CPU, on disk before it is acknowledged', value: written, unit, target: { atMost: 35 }, ...beside },
    { metric: 'CPU, the same', value: written, unit, peer: { name: 'bare LMDB writer', value: bare } },
    { metric: 'CPU, acknowledged before its tick', value: live, unit, target: { atMost: 35 }, ...beside },
  ];
}

/** Each message is acknowledged as soon as it is on disk: all of them are written and deleted. */
async function durableCpu(folder: string, durationMs: number): Promise<number> {
  const waiting: number[] = [];
  let at = 0;
  const box = await openOutbox(folder, ({ durableUpTo }) => {
    while (at < waiting.length && waiting[at] <= durableUpTo) box.acknowledge(waiting[at++]);
  });
  await using _closed = box;
  return await cpuEach(async () => {
    const count = await atRate(perSecond, durationMs, (n) => void waiting.push(box.append(messageNumber(n))));
    await box.flush();
    return count;
  });
}

/** A broker that is there answers within milliseconds. */
async function liveCpu(folder: string, durationMs: number): Promise<number> {
  await using box = await openOutbox(folder);
  const inFlight: number[] = [];
  return await cpuEach(async () => {
    const count = await atRate(perSecond, durationMs, (n) => {
      inFlight.push(box.append(messageNumber(n)));
      if (inFlight.length > 100) box.acknowledge(inFlight.shift()!);
    });
    await box.flush();
    return count;
  });
}

async function backlog(folder: string, messages: number): Promise<readonly BenchResult[]> {
  const idle = await idleLatency(folder);
  const fillMs = await fill(folder, messages);
  const startMs = performance.now();
  const watch = new LiveWatch();
  await using box = await openOutbox(folder, (state) => watch.seen(state));
  const openMs = performance.now() - startMs;
  const { fileBytes } = box.state;
  if (box.state.pending !== messages) throw new Error(`${box.state.pending} of ${messages} messages are there`);
  const drained = await drain(box, watch, messages);
  if (box.state.pending !== 0 || box.state.dropped.disk > 0) throw new Error(JSON.stringify(box.state));
  const p99 = quantile(idle, 0.99);
  return [
    { metric: 'backlog, filled', value: (1_000 * messages) / fillMs, unit: 'messages/s' },
    { metric: 'backlog, file', value: fileBytes / messages, unit: 'B/message' },
    { metric: 'backlog, checked and opened after a restart', value: openMs, unit: 'ms' },
    {
      metric: 'backlog, drained beside live traffic',
      value: drained.perSecond,
      unit: 'messages/s',
      target: { atLeast: 40_000 },
    },
    {
      metric: `live message on disk while up to ${lineRate} a second drain, p99`,
      value: quantile(drained.live, 0.99),
      unit: 'ms',
      target: { atMost: 2 * p99 },
      peer: { name: 'without a backlog', value: p99 },
    },
    { metric: 'file after it was drained', value: box.state.fileBytes / fileBytes, unit: '× before' },
  ];
}

async function fill(folder: string, messages: number): Promise<number> {
  await using box = await openOutbox(folder);
  const startMs = performance.now();
  for (let n = 0; n < messages;) {
    const to = Math.min(messages, n + 1_000);
    let last = 0;
    for (; n < to; n += 1) last = box.append(messageNumber(n));
    while (last - box.state.durableUpTo > 20_000) await nextTurn();
  }
  await box.flush();
  return performance.now() - startMs;
}

/** Live messages by sequence, from when they were due until they are on disk. */
class LiveWatch {
  readonly latencies: number[] = [];
  readonly #waiting: { readonly sequence: number; readonly dueMs: number }[] = [];
  #at = 0;

  add(sequence: number, dueMs: number): void {
    this.#waiting.push({ sequence, dueMs });
  }

  seen({ durableUpTo }: OutboxState): void {
    const nowMs = performance.now();
    for (; this.#at < this.#waiting.length; this.#at += 1) {
      const { sequence, dueMs } = this.#waiting[this.#at];
      if (sequence > durableUpTo) break;
      this.latencies.push(nowMs - dueMs);
    }
  }
}

async function idleLatency(folder: string): Promise<readonly number[]> {
  const watch = new LiveWatch();
  await using box = await openOutbox(folder, (state) => watch.seen(state));
  await atRate(livePerSecond, 5_000, (n, dueMs) => watch.add(box.append(messageNumber(n)), dueMs));
  await box.purge();
  return watch.latencies;
}

async function overConnections(folder: string, times: number): Promise<readonly BenchResult[]> {
  await using box = await openOutbox(folder);
  return await resets(box, folder, times);
}

/** First as fast as a broker takes it, which shows what live traffic feels of it; then as fast as it goes. */
async function drain(
  box: Outbox,
  watch: LiveWatch,
  messages: number,
): Promise<{ live: readonly number[]; perSecond: number }> {
  const reader = new BacklogReader(box);
  let isOver = false;
  const live = atRate(
    livePerSecond,
    Infinity,
    (n, dueMs) => watch.add(box.append(messageNumber(n)), dueMs),
    () => isOver,
  );
  const turns = Math.min(1_000, (50 * messages) / lineRate);
  for (let i = 0; i < turns; i += 1) {
    reader.take(lineRate / 100);
    await sleep(10); // a broker's acknowledgements do not come all at once after a stall
  }
  const atLine = [...watch.latencies];
  const before = reader.taken;
  const startMs = performance.now();
  while (box.state.pending > 2_000) {
    reader.take(500);
    await nextTurn();
  }
  const drainMs = performance.now() - startMs;
  isOver = true;
  await live;
  while (box.state.pending > 0) reader.take(500);
  await box.flush();
  return { live: atLine, perSecond: (1_000 * (reader.taken - before)) / drainMs };
}

/** Reads on where it was, and acknowledges. */
class BacklogReader {
  readonly #box: Outbox;
  #after = 0;
  taken = 0;

  constructor(box: Outbox) {
    this.#box = box;
  }

  take(limit: number): number {
    const messages = this.#box.read(this.#after, limit, 4 << 20);
    for (const { sequence } of messages) this.#box.acknowledge(sequence);
    this.#after = messages.at(-1)?.sequence ?? this.#after;
    this.taken += messages.length;
    return messages.length;
  }
}
