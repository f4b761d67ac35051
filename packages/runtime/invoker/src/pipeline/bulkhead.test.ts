import { isGatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bulkhead, type Lane, type Waiter } from './bulkhead.js';

class TestWaiter implements Waiter {
  readonly lane: Lane;
  readonly #admitted: Waiter[];
  readonly #wants: boolean;
  cancelled = false;

  constructor(lane: Lane, admitted: Waiter[], wants = true) {
    this.lane = lane;
    this.#admitted = admitted;
    this.#wants = wants;
  }

  admit(): boolean {
    if (this.#wants) this.#admitted.push(this);
    return this.#wants;
  }
}

function overloaded(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return isGatewayError(error) && error.kind === 'overloaded';
  }
}

describe('the bulkhead (§5.3)', () => {
  it('lets urgent callers pass waiting ones, and history wait behind both', () => {
    const bulkhead = new Bulkhead({ concurrent: 1, queued: 9 });
    const admitted: Waiter[] = [];
    expect(bulkhead.tryEnter('normal')).toBe(true);
    const [history, scan, write] = (['background', 'normal', 'urgent'] as const).map((lane) => new TestWaiter(lane, admitted)); // prettier-ignore
    for (const waiter of [history, scan, write]) bulkhead.enqueue(waiter);
    bulkhead.release('normal');
    bulkhead.release('urgent');
    bulkhead.release('normal');
    expect(admitted).toEqual([write, scan, history]);
    bulkhead.release('background');
    expect(bulkhead.depth).toBe(0);
  });

  it('gives history no more than half of the slots, so that scans go on beside a backfill', () => {
    const bulkhead = new Bulkhead({ concurrent: 4, queued: 9 });
    expect([1, 2, 3].map(() => bulkhead.tryEnter('background'))).toEqual([true, true, false]);
    expect([1, 2, 3].map(() => bulkhead.tryEnter('normal'))).toEqual([true, true, false]);
    bulkhead.release('background');
    expect(bulkhead.tryEnter('background')).toBe(true);
  });

  it('shrinks without dropping who waits or runs, and grows at once', () => {
    const bulkhead = new Bulkhead({ concurrent: 3, queued: 5 });
    const admitted: Waiter[] = [];
    for (let i = 0; i < 3; i += 1) bulkhead.tryEnter('normal');
    for (let i = 0; i < 4; i += 1) bulkhead.enqueue(new TestWaiter('normal', admitted));
    bulkhead.configure({ concurrent: 1, queued: 2 });
    expect(bulkhead.depth).toBe(7);
    expect(overloaded(() => bulkhead.enqueue(new TestWaiter('normal', admitted)))).toBe(true);
    bulkhead.release('normal');
    bulkhead.release('normal');
    expect(admitted).toHaveLength(0);
    bulkhead.release('normal');
    expect(admitted).toHaveLength(1);
    bulkhead.configure({ concurrent: 3, queued: 2 });
    expect(admitted).toHaveLength(3);
    expect(bulkhead.depth).toBe(4);
  });

  it('hands a slot that a waiter does not want to the next, and skips who gave up', () => {
    const bulkhead = new Bulkhead({ concurrent: 1, queued: 3 });
    const admitted: Waiter[] = [];
    bulkhead.tryEnter('normal');
    const gone = new TestWaiter('urgent', admitted);
    bulkhead.enqueue(gone);
    bulkhead.enqueue(new TestWaiter('urgent', admitted, false));
    gone.cancelled = true;
    const last = new TestWaiter('normal', admitted);
    bulkhead.enqueue(last);
    bulkhead.release('normal');
    expect(admitted).toEqual([last]);
  });

  it('gives the room of cancelled waiters to others', () => {
    const bulkhead = new Bulkhead({ concurrent: 1, queued: 1 });
    bulkhead.tryEnter('normal');
    const gone = new TestWaiter('normal', []);
    bulkhead.enqueue(gone);
    expect(overloaded(() => bulkhead.enqueue(new TestWaiter('normal', [])))).toBe(true);
    gone.cancelled = true;
    expect(overloaded(() => bulkhead.enqueue(new TestWaiter('normal', [])))).toBe(false);
  });

  it('never runs more than it may, whatever comes, goes, gives up and is configured', () => {
    type Step = {
      readonly what: 'enter' | 'release' | 'cancel' | 'configure';
      readonly lane: Lane;
      readonly n: number;
    };
    const step: fc.Arbitrary<Step> = fc.record({
      what: fc.constantFrom('enter', 'enter', 'release', 'cancel', 'configure'),
      lane: fc.constantFrom<Lane>('urgent', 'normal', 'background'),
      n: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let limit = 3;
        const bulkhead = new Bulkhead({ concurrent: limit, queued: 4 });
        const admitted: Waiter[] = [];
        const running: Lane[] = [];
        const waiting: TestWaiter[] = [];
        const settle = (): void => {
          for (const waiter of admitted.splice(0)) {
            waiting.splice(waiting.indexOf(waiter as TestWaiter), 1);
            running.push(waiter.lane);
          }
        };
        for (const { what, lane, n } of steps) {
          const before = running.length;
          if (what === 'enter') {
            const waiter = new TestWaiter(lane, admitted);
            if (bulkhead.tryEnter(lane)) running.push(lane);
            else if (!overloaded(() => bulkhead.enqueue(waiter))) waiting.push(waiter);
          } else if (what === 'release' && running.length > 0) {
            bulkhead.release(running.splice(n % running.length, 1)[0]);
          } else if (what === 'cancel' && waiting.length > 0) {
            waiting.splice(n % waiting.length, 1)[0].cancelled = true;
          } else if (what === 'configure') {
            bulkhead.configure({ concurrent: (limit = n), queued: 4 });
          }
          settle();
          if (running.length > before) expect(running.length).toBeLessThanOrEqual(limit);
        }
        while (running.length > 0) {
          bulkhead.release(running.pop()!);
          settle();
        }
        expect(waiting).toEqual([]);
        expect(bulkhead.tryEnter('normal')).toBe(true);
      }),
    );
  });
});
