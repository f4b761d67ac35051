import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, Judged } from '../judges/finding.js';
import { Delayed, type Delays } from './delayed.js';

const delays: Delays = { onDelayMs: 100, offDelayMs: 50 };

/** One step a millisecond; counts how long a finding has held, by what was usable. */
function slowly(judged: readonly Judged[], { onDelayMs, offDelayMs }: Delays): readonly Finding[] {
  let counted: Finding = 'normal';
  let heldMs = 0;
  let held = false;
  let wasUnknown = false;
  return judged.map((each) => {
    if (each === 'unknown') {
      if (held && !wasUnknown) heldMs += 1;
      wasUnknown = true;
      return counted;
    }
    const differs = (each === 'normal') !== (counted === 'normal');
    if (!differs) {
      held = false;
      return ((wasUnknown = false), (counted = each));
    }
    if (!held) heldMs = 0;
    else if (!wasUnknown) heldMs += 1;
    held = true;
    wasUnknown = false;
    if (heldMs < (each === 'normal' ? offDelayMs : onDelayMs)) return counted;
    held = false;
    return (counted = each);
  });
}

describe('delays', () => {
  it('let a finding count when it has held for as long, not a millisecond earlier', () => {
    const delayed = new Delayed();
    expect(delayed.step('high', delays, 0)).toBe(false);
    expect(delayed.dueMs).toBe(100);
    expect(delayed.step('high', delays, 99)).toBe(false);
    expect(delayed.step('high', delays, 100)).toBe(true);
    expect(delayed.counted).toBe('high');
    delayed.step('normal', delays, 200);
    expect(delayed.step('normal', delays, 249)).toBe(false);
    expect(delayed.step('normal', delays, 250)).toBe(true);
    expect(delayed.counted).toBe('normal');
  });

  it('begin anew when the value was back meanwhile', () => {
    const delayed = new Delayed();
    delayed.step('high', delays, 0);
    delayed.step('normal', delays, 99);
    expect(delayed.dueMs).toBe(Infinity);
    delayed.step('high', delays, 100);
    expect(delayed.dueMs).toBe(200);
  });

  it('do not hold up another limit of what is active', () => {
    const delayed = new Delayed('high');
    expect(delayed.step('highHigh', delays, 0)).toBe(true);
    expect(delayed.counted).toBe('highHigh');
  });

  it('count the limit that there is when they are over', () => {
    const delayed = new Delayed();
    delayed.step('high', delays, 0);
    delayed.step('highHigh', delays, 60);
    delayed.step('highHigh', delays, 100);
    expect(delayed.counted).toBe('highHigh');
  });

  it('stand still while nothing can be told', () => {
    const delayed = new Delayed();
    delayed.step('active', delays, 0);
    expect(delayed.step('unknown', delays, 60)).toBe(true);
    expect(delayed).toMatchObject({ counted: 'normal', isFrozen: true, dueMs: Infinity });
    delayed.step('active', delays, 1_000);
    expect(delayed.dueMs).toBe(1_040);
  });

  it('neither end nor begin an alarm while nothing can be told', () => {
    const delayed = new Delayed('high');
    delayed.step('unknown', delays, 0);
    expect(delayed.step('unknown', delays, 10_000)).toBe(false);
    expect(delayed.counted).toBe('high');
  });

  it('count what a model counts that looks every millisecond', () => {
    const judged = fc.constantFrom<Judged>('normal', 'normal', 'high', 'high', 'highHigh', 'unknown');
    const runs = fc.array(fc.tuple(judged, fc.integer({ min: 1, max: 12 })), { maxLength: 30 });
    fc.assert(
      fc.property(runs, fc.nat(15), fc.nat(15), (lengths, onDelayMs, offDelayMs) => {
        const sequence = lengths.flatMap(([each, times]) => Array<Judged>(times).fill(each));
        const delayed = new Delayed();
        const counted = sequence.map((each, nowMs) => {
          delayed.step(each, { onDelayMs, offDelayMs }, nowMs);
          return delayed.counted;
        });
        expect(counted).toEqual(slowly(sequence, { onDelayMs, offDelayMs }));
      }),
    );
  });
});
