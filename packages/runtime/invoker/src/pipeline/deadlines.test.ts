import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineEntry, Deadlines } from './deadlines.js';

class TestEntry extends DeadlineEntry {
  readonly expiresAtMs: number;
  readonly #expired: (entry: TestEntry) => void;

  constructor(expiresAtMs: number, expired: (entry: TestEntry) => void) {
    super();
    this.expiresAtMs = expiresAtMs;
    this.#expired = expired;
  }

  override expire(): void {
    this.#expired(this);
  }
}

describe('deadlines', () => {
  it('expire each call at its time and no other, with one timer for each time-out', async () => {
    const call = fc.record({ afterMs: fc.nat(300), timeoutMs: fc.constantFrom(50, 200), endsMs: fc.nat(400) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 20 }), async (calls) => {
        const clock = new FakeClock();
        const deadlines = new Deadlines(clock);
        const expired: [wanted: number, at: number][] = [];
        const wanted: number[] = [];
        for (const { afterMs, timeoutMs, endsMs } of calls) {
          clock.setTimer(() => {
            const entry = new TestEntry(afterMs + timeoutMs, ({ expiresAtMs }) =>
              expired.push([expiresAtMs, clock.monotonicMs()]),
            );
            deadlines.add(entry, timeoutMs);
            if (endsMs < timeoutMs) clock.setTimer(() => deadlines.remove(entry), endsMs);
            else wanted.push(entry.expiresAtMs);
          }, afterMs);
        }
        await clock.advance(1_000);
        expect(expired.map(([expiresAtMs]) => expiresAtMs).sort()).toEqual(wanted.sort());
        for (const [expiresAtMs, atMs] of expired) expect(atMs).toBe(expiresAtMs);
        expect(clock.pendingTimers).toBe(0);
      }),
    );
  });

  it('go on for the others when one of them fails to expire', async () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    let expired = 0;
    deadlines.add(new TestEntry(10, () => { throw new Error('broken'); }), 10); // prettier-ignore
    deadlines.add(new TestEntry(10, () => expired++), 10);
    await expect(clock.advance(10)).rejects.toThrow('broken');
    await clock.advance(10);
    expect(expired).toBe(1);
  });

  it('leave no timer behind once disposed and idle', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const entry = new TestEntry(10, () => undefined);
    deadlines.add(entry, 10);
    deadlines.remove(entry);
    expect(clock.pendingTimers).toBe(1);
    deadlines.dispose();
    expect(clock.pendingTimers).toBe(0);
  });
});
