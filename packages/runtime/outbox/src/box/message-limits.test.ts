import { FakeClock, temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outbox } from '../outbox.js';
import { messageOn, openOutbox, textOf, wideLimits } from '../testing/test-outbox.js';

let home: TemporaryDirectory;

beforeEach(async () => {
  home = await temporaryDirectory('fieldwarden-outbox-');
});

afterEach(() => home[Symbol.asyncDispose]());

const everything = (outbox: Outbox): readonly string[] => textOf(outbox.read(0, 1_000, 1 << 20));

describe('the limits of an outbox (§10.2)', () => {
  it('drop the oldest beyond a number of messages, each counted with its topic', async () => {
    await using outbox = await openOutbox(home.path, { limits: { ...wideLimits, maxMessages: 3 } });
    for (const topic of ['a', 'b', 'a', 'c', 'a', 'd']) outbox.append(messageOn(topic));
    await outbox.flush();
    expect(everything(outbox)).toEqual(['c=c', 'a=a', 'd=d']);
    expect(outbox.state).toMatchObject({ pending: 3, dropped: { count: 3 } });
    expect(outbox.topics(10).map(({ topic, dropped }) => [topic, dropped.count])).toEqual([
      ['a', 2],
      ['c', undefined],
      ['d', undefined],
      ['b', 1],
    ]);
  });

  it('drop the oldest beyond their bytes', async () => {
    await using outbox = await openOutbox(home.path, { limits: { ...wideLimits, maxBytes: 250 } });
    for (let i = 0; i < 4; i += 1) {
      outbox.append(messageOn('a', Buffer.alloc(99)));
      await outbox.flush();
    }
    expect(outbox.state).toMatchObject({ pending: 2, bytes: 200, dropped: { bytes: 2 } });
  });

  it('hold at once when they are made narrower', async () => {
    await using outbox = await openOutbox(home.path);
    for (let i = 0; i < 25_000; i += 1) outbox.append(messageOn('a'));
    await outbox.flush();
    outbox.setLimits({ ...wideLimits, maxMessages: 10 });
    await waitFor(() => outbox.state.pending === 10, { what: 'the limit' });
    expect(outbox.state.dropped.count).toBe(24_990);
  });

  it('drop what is too old, also while nothing happens', async () => {
    const clock = new FakeClock();
    await using outbox = await openOutbox(home.path, { clock, limits: { ...wideLimits, maxAgeMs: 60_000 } });
    outbox.append(messageOn('old'));
    await outbox.flush();
    await clock.advance(30_000);
    outbox.append(messageOn('young'));
    await outbox.flush();
    await clock.advance(31_000);
    await waitFor(() => outbox.state.pending === 1, { what: 'the old one to go' });
    expect([everything(outbox), outbox.state.dropped.age]).toEqual([['young=young'], 1]);
  });

  it('take no step of the clock for age, over a restart neither', async () => {
    const limits = { ...wideLimits, maxAgeMs: 60_000 };
    const now = Date.UTC(2030, 0, 1);
    const year = 365 * 86_400_000;
    const dropped: number[] = [];
    const run = async (wallMs: number, work: (outbox: Outbox, clock: FakeClock) => Promise<void>): Promise<void> => {
      const clock = new FakeClock({ wallMs });
      await using outbox = await openOutbox(home.path, { clock, limits });
      await work(outbox, clock);
      await outbox.flush();
      dropped.push(outbox.state.dropped.age);
    };
    await run(now, async (outbox, clock) => {
      outbox.append(messageOn('a'));
      for (const wallMs of [now + year, now - year, now]) {
        clock.setWall(wallMs);
        outbox.append(messageOn('b'));
        await outbox.flush();
      }
    });
    await run(now - year, () => Promise.resolve()); // stepped back while it was off
    await run(now - year + 50_000, () => Promise.resolve());
    await run(now - year + 70_000, () => Promise.resolve());
    expect(dropped).toEqual([0, 0, 0, 4]);
  });
});
