import { silentLogger, systemClock } from '@fieldwarden/core';
import { Outbox } from '../outbox.js';
import { wideLimits } from './test-outbox.js';

/** A line of the program. */
export interface SaidLine {
  /** On disk for sure, since the line before. */
  readonly appended: readonly number[];
  /** About to be acknowledged or dropped. */
  readonly answering: readonly number[];
}

/**
 * `node append-forever.js FILE SEED MAX`: appends, acknowledges and drops without end, to be killed at any moment, with at most MAX messages pending.
 * Prints lines of JSON, `SaidLine`.
 */
const [file, seed, maxMessages] = process.argv.slice(2);
const limits = { ...wideLimits, maxMessages: Number(maxMessages) };
const outbox = await Outbox.open({ file, name: 'main', limits, clock: systemClock, logger: silentLogger });

let state = Number(seed) >>> 0 || 1;

/** Below `limit`; the same in every run with this seed. */
function random(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

let appended: number[] = [];
for (;;) {
  const live: number[] = [];
  for (let i = random(60); i >= 0; i -= 1) {
    const sequence = append(i);
    appended.push(sequence);
    if (random(3) === 0) live.push(sequence);
  }
  await answer([...live, ...outbox.read(0, random(40), 1 << 20).map(({ sequence }) => sequence)]);
  if (random(2) === 0) await new Promise((resolve) => setTimeout(resolve, random(80)));
  if (random(3) === 0) await flush();
}

function append(atMs: number): number {
  const payload = Buffer.alloc(random(10) === 0 ? random(20_000) : random(300), 65 + random(26));
  return outbox.append({ topic: `t${random(5)}`, payload, qos: 1, retain: false, atMs });
}

async function answer(sequences: readonly number[]): Promise<void> {
  await say({ appended: [], answering: sequences });
  for (const sequence of sequences) {
    if (random(10) === 0) outbox.drop(sequence, 'refused');
    else outbox.acknowledge(sequence);
  }
}

async function flush(): Promise<void> {
  const flushed = appended;
  appended = [];
  await outbox.flush();
  await say({ appended: flushed, answering: [] });
}

/** Resolves once the line has left this process: what was said survives it. */
function say(line: SaidLine): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve()));
}
