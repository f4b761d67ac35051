import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueTimes, type DueItem } from './due-times.js';

interface Named extends DueItem {
  readonly name: number;
}

const named = (name: number): Named => ({ name, place: -1, dueMs: Infinity });

describe('due times', () => {
  it('need one timer for all items, and none when nothing is due', async () => {
    const clock = new FakeClock();
    const fell: number[] = [];
    using times = new DueTimes<Named>(clock, ({ name }) => void fell.push(name));
    for (let name = 0; name < 1_000; name += 1) times.set(named(name), 1_000 - name);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1_000);
    expect(fell).toEqual(Array.from({ length: 1_000 }, (_, i) => 999 - i));
    expect(clock.pendingTimers).toBe(0);
  });

  it('may be set again by the item that fell due', async () => {
    const clock = new FakeClock();
    const fell: number[] = [];
    using times = new DueTimes<Named>(clock, (item) => {
      fell.push(clock.monotonicMs());
      if (fell.length < 3) times.set(item, clock.monotonicMs() + 10);
    });
    times.set(named(0), 10);
    await clock.advance(100);
    expect(fell).toEqual([10, 20, 30]);
  });

  it('leave no timer when they are disposed', () => {
    const clock = new FakeClock();
    const times = new DueTimes<Named>(clock, () => undefined);
    times.set(named(0), 10);
    times[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
  });

  it('fall due in order, each at the time it was set to last', async () => {
    const act = fc.record({ name: fc.nat(9), dueMs: fc.oneof(fc.nat(100), fc.constant(Infinity)) });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const clock = new FakeClock();
        const fell: { readonly name: number; readonly atMs: number }[] = [];
        using times = new DueTimes<Named>(clock, ({ name }) => void fell.push({ name, atMs: clock.monotonicMs() }));
        const items = Array.from({ length: 10 }, (_, i) => named(i));
        const wanted = new Map<number, number>();
        for (const { name, dueMs } of acts) {
          times.set(items[name], dueMs);
          if (dueMs === Infinity) wanted.delete(name);
          else wanted.set(name, dueMs);
        }
        await clock.advance(200);
        expect(new Map(fell.map(({ name, atMs }) => [name, atMs]))).toEqual(wanted);
        expect(fell.length).toBe(wanted.size);
      }),
    );
  });
});
