import fc from 'fast-check';
import { FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { dropReasons, type DropReason, type TopicState } from './outbox-state.js';
import type { Outbox } from './outbox.js';
import { messageOn, openOutbox, textOf, wideLimits } from './testing/test-outbox.js';

type Step =
  | { readonly do: 'append'; readonly topic: number; readonly bytes: number; readonly count: number }
  | { readonly do: 'acknowledge' | 'drop'; readonly nth: number; readonly count: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'limit'; readonly messages: number; readonly bytes: number; readonly ageMs: number }
  | { readonly do: 'flush' | 'begin' | 'purge' | 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      topic: fc.nat(4),
      bytes: fc.oneof(fc.nat(50), fc.nat(9_000)),
      count: fc.nat(12),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('acknowledge' as const, 'drop' as const),
      nth: fc.nat(30),
      count: fc.nat(8),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(400) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      messages: fc.integer({ min: 1, max: 60 }),
      bytes: fc.integer({ min: 100, max: 60_000 }),
      ageMs: fc.integer({ min: 50, max: 2_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('flush' as const, 'begin' as const, 'begin' as const, 'purge' as const, 'restart' as const),
    }),
  },
);

interface ModelMessage {
  readonly sequence: number;
  readonly topic: string;
  readonly text: string;
  readonly bytes: number;
  readonly atMs: number;
}

/** What an outbox is, in a few lines: a list, limits that are applied when it is flushed, and counters. */
class Model {
  pending: ModelMessage[] = [];
  limits = wideLimits;
  readonly topics = new Map<
    string,
    { appended: number; acknowledged: number; dropped: Partial<Record<DropReason, number>> }
  >();

  append(message: ModelMessage): void {
    this.pending.push(message);
    this.#topic(message.topic).appended += 1;
  }

  remove(message: ModelMessage, reason?: DropReason): void {
    this.pending = this.pending.filter((other) => other !== message);
    const topic = this.#topic(message.topic);
    if (reason === undefined) topic.acknowledged += 1;
    else topic.dropped[reason] = (topic.dropped[reason] ?? 0) + 1;
  }

  applyLimits(nowMs: number): void {
    for (const message of [...this.pending]) {
      if (this.pending.length > this.limits.maxMessages) this.remove(message, 'count');
      else if (this.bytes > this.limits.maxBytes) this.remove(message, 'bytes');
      else if (nowMs - message.atMs > this.limits.maxAgeMs) this.remove(message, 'age');
      else break;
    }
  }

  get bytes(): number {
    return this.pending.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  states(): readonly TopicState[] {
    return [...this.topics].map(([topic, counters]) => ({
      topic,
      ...counters,
      pending: this.pending.filter((message) => message.topic === topic).length,
    }));
  }

  #topic(name: string): { appended: number; acknowledged: number; dropped: Partial<Record<DropReason, number>> } {
    const topic = this.topics.get(name) ?? { appended: 0, acknowledged: 0, dropped: {} };
    this.topics.set(name, topic);
    return topic;
  }
}

const byName = (a: TopicState, b: TopicState): number => (a.topic < b.topic ? -1 : 1);

function expectSame(outbox: Outbox, model: Model): void {
  const messages = outbox.read(0, 10_000, 1 << 30);
  expect(messages.map(({ sequence }) => sequence)).toEqual(model.pending.map(({ sequence }) => sequence));
  expect(textOf(messages)).toEqual(model.pending.map(({ topic, text }) => `${topic}=${text}`));
  expect([...outbox.topics(100)].sort(byName)).toEqual([...model.states()].sort(byName));
  const { state } = outbox;
  expect([state.pending, state.bytes]).toEqual([model.pending.length, model.bytes]);
  for (const reason of dropReasons) {
    const expected = model.states().reduce((sum, { dropped }) => sum + (dropped[reason] ?? 0), 0);
    expect([reason, state.dropped[reason]]).toEqual([reason, expected]);
  }
  expect(state.trouble).toBeNull();
}

/** Runs the steps on both; limits hold once it is flushed. */
async function run(steps: readonly Step[]): Promise<void> {
  await using home = await temporaryDirectory('fieldwarden-model-');
  const clock = new FakeClock();
  const model = new Model();
  let outbox = await openOutbox(home.path, { clock });
  const flushing: Promise<void>[] = [];
  let [last, appended] = [0, 0];
  const settle = async (): Promise<void> => {
    await outbox.flush();
    model.applyLimits(clock.monotonicMs());
  };
  try {
    for (const next of [...steps, { do: 'restart' } as const]) {
      switch (next.do) {
        case 'append':
          for (let i = 0; i < next.count; i += 1) {
            const [topic, text] = [`t${next.topic}`, `${appended++} `.padEnd(next.bytes, 'x')];
            const sequence = outbox.append(messageOn(topic, text));
            expect(sequence).toBeGreaterThan(last);
            last = sequence;
            model.append({ sequence, topic, text, bytes: topic.length + text.length, atMs: clock.monotonicMs() });
          }
          break;
        case 'acknowledge':
        case 'drop':
          for (const message of model.pending.slice(next.nth, next.nth + next.count)) {
            if (next.do === 'drop') outbox.drop(message.sequence, 'refused');
            else outbox.acknowledge(message.sequence);
            model.remove(message, next.do === 'drop' ? 'refused' : undefined);
          }
          break;
        case 'wait':
          await settle();
          await clock.advance(next.ms);
          await settle();
          break;
        case 'limit':
          await settle();
          model.limits = { ...wideLimits, maxMessages: next.messages, maxBytes: next.bytes, maxAgeMs: next.ageMs };
          outbox.setLimits(model.limits);
          await settle();
          break;
        case 'purge':
          await settle();
          expect(await outbox.purge()).toBe(model.pending.length);
          for (const message of model.pending) model.remove(message, 'purged');
          break;
        case 'restart':
          await settle();
          await outbox.close();
          outbox = await openOutbox(home.path, { clock, limits: model.limits });
          break;
        case 'begin': // what follows comes into the middle of a commit
          flushing.push(outbox.flush());
          await new Promise((resolve) => setImmediate(resolve));
          model.applyLimits(clock.monotonicMs());
          break;
        case 'flush':
          await settle();
      }
      expectSame(outbox, model);
    }
    await Promise.all(flushing);
  } finally {
    await outbox.close();
  }
}

const numRuns = process.env.FIELDWARDEN_LONG === '1' ? 300 : 30;

it('an outbox is what a list with limits and counters is (§10.2)', { timeout: numRuns * 4_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), run), { numRuns, endOnFailure: true });
});
