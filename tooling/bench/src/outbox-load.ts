import { setTimeout as sleep } from 'node:timers/promises';

/** 45 bytes, as tags of a plant have them. */
const topics = Array.from({ length: 1_000 }, (_, i) =>
  `fieldwarden/lab/tags/packaging/filler/tag-${i}`.padEnd(45, '_'),
);

export const payloadBytes = 200;

const payload = Buffer.from('{"v":12.5,"q":0,"t":1700000000000,"seq":12345}'.padEnd(payloadBytes));

/** The same message for all that are compared. */
export function messageNumber(n: number): { topic: string; payload: Buffer; qos: 1; retain: true; atMs: number } {
  return { topic: topics[n % topics.length], payload, qos: 1, retain: true, atMs: 1_700_000_000_000 + n };
}

const paceMs = 10;

/** Calls `each` so often a second, in bursts of 10 ms; late ones are made up for. `dueMs`: when a call should have been, as `performance.now` has it. */
export async function atRate(
  perSecond: number,
  durationMs: number,
  each: (n: number, dueMs: number) => void,
  isOver = (): boolean => false,
): Promise<number> {
  const startMs = performance.now();
  let n = 0;
  for (let elapsedMs = 0; elapsedMs < durationMs && !isOver(); elapsedMs = performance.now() - startMs) {
    for (const to = (elapsedMs * perSecond) / 1_000; n < to; n += 1) each(n, startMs + (1_000 * n) / perSecond);
    await sleep(paceMs);
  }
  return n;
}

/** CPU of the whole process while `work` runs, in µs for each of what it counts. */
export async function cpuEach(work: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage();
  const count = await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
