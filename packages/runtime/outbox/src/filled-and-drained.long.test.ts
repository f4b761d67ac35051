import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import type { Outbox } from './outbox.js';
import { messageOn, openOutbox } from './testing/test-outbox.js';

const isLong = process.env.FIELDWARDEN_LONG === '1';
const forMs = isLong ? 20 * 60_000 : 3_000;
const backlog = isLong ? 200_000 : 10_000;
const atOnce = 1_000;
const topics = 100;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The first rounds find their size. */
const settlingRounds = 3;

interface Measured {
  readonly fileBytes: number;
  readonly privateBytes: number;
}

it(
  `an outbox that is filled and drained again and again uses its pages again, keeps its memory, and loses nothing (§10.2): ${forMs / 1000} s`,
  { timeout: forMs * 3 + 120_000 },
  async () => {
    await using home = await temporaryDirectory('fieldwarden-soak-');
    await using outbox = await openOutbox(home.path);
    const untilMs = systemClock.monotonicMs() + forMs;
    const rounds: Measured[] = [];
    while (systemClock.monotonicMs() < untilMs || rounds.length <= settlingRounds) {
      await fill(outbox);
      await drain(outbox);
      rounds.push({ fileBytes: outbox.state.fileBytes, privateBytes: privateBytes() });
    }
    const settled = rounds[settlingRounds - 1];
    const last = rounds.at(-1)!;
    console.log(`${rounds.length} rounds of ${backlog}: ${JSON.stringify(settled)} then, ${JSON.stringify(last)} now`);
    expect(last.fileBytes).toBeLessThanOrEqual(settled.fileBytes * 1.2);
    expect(last.privateBytes).toBeLessThanOrEqual(settled.privateBytes + 100 * 1024 * 1024);
    expect(outbox.state).toMatchObject({ trouble: null, pending: 0, bytes: 0 });
    const all = outbox.topics(topics);
    expect(all.reduce((sum, { appended }) => sum + appended, 0)).toBe(rounds.length * (backlog + backlog / 10));
    expect(all.every(({ appended, acknowledged }) => appended === acknowledged)).toBe(true);
  },
);

async function fill(outbox: Outbox): Promise<void> {
  for (let n = 0; n < backlog; n += atOnce) {
    append(outbox, n, atOnce);
    await outbox.flush();
  }
}

/** As a queue, oldest first, while a tenth as much comes in. */
async function drain(outbox: Outbox): Promise<void> {
  let read = 0;
  for (let arrived = 0; outbox.state.pending > 0;) {
    const messages = outbox.read(0, atOnce, 1 << 30);
    for (const { sequence } of messages) outbox.acknowledge(sequence);
    read += messages.length;
    const fresh = Math.min(atOnce / 10, backlog / 10 - arrived);
    append(outbox, read, fresh);
    arrived += fresh;
    await turn();
  }
  await outbox.flush();
}

function append(outbox: Outbox, from: number, count: number): void {
  for (let n = from; n < from + count; n += 1) outbox.append(messageOn(`plant/${n % topics}`, Buffer.alloc(200, 65)));
}

/** Without garbage and the pages of mapped files. */
function privateBytes(): number {
  collectGarbage();
  const [, kilobytes] = /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
