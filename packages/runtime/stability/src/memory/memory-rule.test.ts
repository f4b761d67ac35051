import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baselineOf,
  median,
  memoryLimits,
  memoryState,
  memoryStep,
  newMemoryTrack,
  type MemoryEvent,
  type MemoryTrack,
} from './memory-rule.js';
import type { MemorySettings } from '../stability-settings.js';

const mebibyte = 1_048_576;

const settings: MemorySettings = {
  sampleMs: 5_000,
  baselineWindowMs: 300_000,
  multiplier: 2,
  floorBytes: 0,
  recycleOnSoft: false,
  capBytes: null,
};

const tiers = { A: [3, 50], B: [3, 100], C: [2, 500] } as const;
const ofTier = (tier: keyof typeof tiers): MemorySettings => {
  const [multiplier, floor] = tiers[tier];
  return { ...settings, multiplier, floorBytes: floor * mebibyte };
};

/** Samples at the given bytes, one every `sampleMs`, from ready on. */
function run(bytes: readonly number[], how: MemorySettings = settings, from = newMemoryTrack()) {
  let track = from;
  const events: MemoryEvent[] = [];
  const states: string[] = [];
  for (const [i, each] of bytes.entries()) {
    const step = memoryStep(track, { bytes: each, readyForMs: (i + 1) * how.sampleMs }, how);
    track = step.track;
    events.push(...step.events);
    states.push(memoryState(track));
  }
  return { track, events, states };
}

/** With a baseline of 100 bytes: soft above 200, hard above 400. */
const learnt = newMemoryTrack(100);

describe('the baseline (§6.1)', () => {
  it('is the median of the samples of the first five minutes after ready', () => {
    const window = Array.from({ length: 59 }, (_, i) => 1_000 + i);
    const { track, events, states } = run([...window, 5_000]);
    expect(states.slice(0, 59)).toEqual(Array(59).fill('Warming'));
    expect(events[0]).toEqual({ type: 'baseline', bytes: 1_029 });
    expect(baselineOf(track.baseline)).toBe(1_029);
  });

  it('is not moved by a burst in the window', () => {
    expect(run([100, 100, 9_000, 100, 100, 100], { ...settings, baselineWindowMs: 30_000 }).track.baseline).toEqual({
      name: 'learnt',
      bytes: 100,
    });
  });

  it('is the first sample after the window if there was none in it', () => {
    expect(run([70, 80], { ...settings, baselineWindowMs: 1_000 }).events[0]).toEqual({ type: 'baseline', bytes: 70 });
  });

  it('is learnt once: what comes after the window does not move it', () => {
    const samples = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(samples, samples, (window, later) => {
        const how = { ...settings, baselineWindowMs: (window.length + 1) * settings.sampleMs };
        const { track, events } = run([...window, ...later], how);
        expect(track.baseline).toEqual({ name: 'learnt', bytes: median(window) });
        expect(events.filter(({ type }) => type === 'baseline')).toHaveLength(1);
      }),
    );
  });

  it('of an earlier process spares the warming', () => {
    expect(memoryState(newMemoryTrack(100))).toBe('Normal');
    expect(run([201], settings, learnt).states).toEqual(['Soft']);
  });
});

describe('the median (§6.1)', () => {
  it('has as many values below as above it, and does not depend on their order', () => {
    const values = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, (all) => {
        const middle = median(all)!;
        expect(all.filter((value) => value < middle).length).toBeLessThanOrEqual(all.length / 2);
        expect(all.filter((value) => value > middle).length).toBeLessThanOrEqual(all.length / 2);
        expect(median(all.toReversed())).toBe(middle);
      }),
    );
  });

  it('takes numbers for numbers, and the mean of the two in the middle', () => {
    expect(median([100, 9, 20])).toBe(20);
    expect(median([1, 2, 3, 10])).toBe(2.5);
    expect(median([])).toBeUndefined();
  });
});

describe('the limits (§6.1)', () => {
  it.each([
    ['A', 10, 60],
    ['A', 100, 300],
    ['B', 10, 110],
    ['B', 60, 180],
    ['C', 40, 540],
    ['C', 600, 1_200],
  ] as const)('of tier %s with a baseline of %i MiB are %i MiB and twice that', (tier, baseline, soft) => {
    expect(memoryLimits(baseline * mebibyte, ofTier(tier))).toEqual({
      softBytes: soft * mebibyte,
      hardBytes: 2 * soft * mebibyte,
    });
  });

  it('are only the cap while there is no baseline', () => {
    expect(memoryLimits(null, { ...settings, capBytes: 500 })).toEqual({ softBytes: null, hardBytes: 500 });
    expect(memoryLimits(null, settings)).toEqual({ softBytes: null, hardBytes: null });
  });

  it('are never above the cap, and the soft one never above the hard one', () => {
    const how = fc.record({ multiplier: fc.double({ min: 1, max: 100, noNaN: true }), floorBytes: fc.nat(1e9) });
    fc.assert(
      fc.property(how, fc.nat(1e9), fc.option(fc.nat(1e9)), (written, baseline, capBytes) => {
        const { softBytes, hardBytes } = memoryLimits(baseline, { ...settings, ...written, capBytes });
        expect(softBytes).toBeLessThanOrEqual(hardBytes!);
        if (capBytes !== null) expect(hardBytes).toBeLessThanOrEqual(capBytes);
        else expect(softBytes).toBeGreaterThanOrEqual(baseline);
      }),
    );
  });
});

describe('the state (§6.1)', () => {
  it('is Warming as long as there is no baseline, however much memory it is', () => {
    expect(run([1, 1e12, 1]).states).toEqual(['Warming', 'Warming', 'Warming']);
  });

  it('is Hard above the cap even while warming, and Warming again below it', () => {
    const { states, events } = run([500, 501, 500], { ...settings, capBytes: 500 });
    expect(states).toEqual(['Warming', 'Hard', 'Warming']);
    expect(events).toEqual([
      { type: 'level', from: 'Normal', to: 'Hard', bytes: 501 },
      { type: 'level', from: 'Hard', to: 'Normal', bytes: 500 },
    ]);
  });

  it('rises above a limit, not at it', () => {
    expect(run([200, 201, 400, 401], settings, learnt).states).toEqual(['Normal', 'Soft', 'Soft', 'Hard']);
  });

  it('falls a tenth of the way below the limit, so that hovering about it is one event', () => {
    expect(run([201, 191, 190], settings, learnt).states).toEqual(['Soft', 'Soft', 'Normal']);
    expect(run([401, 381, 380], settings, learnt).states).toEqual(['Hard', 'Hard', 'Soft']);
    expect(run([201, 199, 201, 199, 201], settings, learnt).events).toHaveLength(1);
  });

  it('has no deadband where the cap leaves no room for one', () => {
    const capped = { ...settings, capBytes: 90 };
    expect(run([91, 90], capped, learnt).states).toEqual(['Hard', 'Normal']);
  });

  it('falls from Hard to Normal in one step', () => {
    expect(run([500, 100], settings, learnt).events.at(-1)).toEqual({
      type: 'level',
      from: 'Hard',
      to: 'Normal',
      bytes: 100,
    });
  });
});

describe('whatever the samples (§6.1)', () => {
  const samples = fc.array(fc.nat(1_000), { maxLength: 60 });
  const how = fc.record({
    multiplier: fc.double({ min: 1, max: 5, noNaN: true }),
    floorBytes: fc.nat(300),
    capBytes: fc.option(fc.nat(900)),
    baselineWindowMs: fc.integer({ min: 1_000, max: 100_000 }),
  });

  it('the state follows the limits, but for the deadband below them', () => {
    fc.assert(
      fc.property(samples, how, (bytes, written) => {
        const all = { ...settings, ...written };
        let track: MemoryTrack = newMemoryTrack();
        for (const [i, each] of bytes.entries()) {
          track = memoryStep(track, { bytes: each, readyForMs: (i + 1) * all.sampleMs }, all).track;
          const baseline = baselineOf(track.baseline);
          const { softBytes, hardBytes } = memoryLimits(baseline, all);
          if (each > (hardBytes ?? Infinity)) expect(track.level).toBe('Hard');
          else if (each > (softBytes ?? Infinity)) expect(track.level).not.toBe('Normal');
          if (baseline !== null && each <= Math.min(baseline, hardBytes!)) expect(track.level).toBe('Normal');
        }
      }),
    );
  });

  it('each event of a level begins where the last one ended', () => {
    fc.assert(
      fc.property(samples, how, (bytes, written) => {
        const levels = run(bytes, { ...settings, ...written }).events.filter((event) => event.type === 'level');
        let level = 'Normal';
        for (const { from, to } of levels) {
          expect(from).toBe(level);
          expect(to).not.toBe(from);
          level = to;
        }
      }),
    );
  });
});
