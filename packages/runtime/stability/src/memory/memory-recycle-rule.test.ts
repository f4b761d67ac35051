import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryLevel } from './memory-rule.js';
import {
  afterRespawn,
  memoryRecycleStep,
  newMemoryRecycle,
  recycleDistanceMs,
  type MemoryRecycleEffect,
} from './memory-recycle-rule.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const sampleMs = 5_000;

const levels: Readonly<Record<string, MemoryLevel>> = { N: 'Normal', S: 'Soft', H: 'Hard' };

interface Told {
  readonly atMs: number;
  readonly effect: MemoryRecycleEffect;
}

/** One letter per sample: Normal, Soft, Hard. A recycle brings a new process, whose samples go on with the next letter. */
function run(letters: string, { recycleOnSoft = false, everyMs = sampleMs, startMs = 0 } = {}): Told[] {
  let state = newMemoryRecycle;
  const told: Told[] = [];
  for (const [i, letter] of [...letters].entries()) {
    const atMs = startMs + i * everyMs;
    const step = memoryRecycleStep(state, { level: levels[letter], atMs }, { recycleOnSoft });
    state = step.state;
    if (step.effects.some(({ type }) => type === 'recycle')) state = afterRespawn(state);
    told.push(...step.effects.map((effect) => ({ atMs, effect })));
  }
  return told;
}

const kinds = (told: readonly Told[]): string[] => told.map(({ atMs, effect }) => `${effect.type} at ${atMs}`);

const recycles = (told: readonly Told[]) =>
  told.flatMap(({ atMs, effect }) => (effect.type === 'recycle' ? [{ atMs, ...effect }] : []));

describe('a hard breach (§6.2)', () => {
  it('recycles at the second sample in a row, after a collection was asked for at the first', () => {
    expect(kinds(run('NHH'))).toEqual([`request-gc at ${sampleMs}`, `recycle at ${2 * sampleMs}`]);
    expect(recycles(run('HH'))[0]).toMatchObject({ cause: 'memory-hard', recycles: 1, alarm: false });
  });

  it('of single samples does not recycle', () => {
    expect(recycles(run('HNHSHNHN'))).toEqual([]);
  });

  it('recycles whether or not soft breaches do', () => {
    expect(recycles(run('HH', { recycleOnSoft: true }))).toHaveLength(1);
  });
});

describe('a soft breach (§6.2)', () => {
  const on = { recycleOnSoft: true };

  it('of 60 s asks for a collection, and recycles if memory is still there when it has had its time', () => {
    const told = run('S'.repeat(20), on);
    expect(kinds(told).slice(0, 2)).toEqual([`request-gc at ${minuteMs}`, `recycle at ${minuteMs + 5_000}`]);
    expect(recycles(told)[0].cause).toBe('memory-soft');
  });

  it('leaves a collection 5 s to show, however often memory is sampled', () => {
    expect(kinds(run('S'.repeat(67), { ...on, everyMs: 1_000 })).slice(0, 2)).toEqual([
      'request-gc at 60000',
      'recycle at 65000',
    ]);
  });

  it('asks for one collection, however often it was hard for a moment', () => {
    expect(kinds(run('SHSHSH', on))).toEqual(['request-gc at 5000']);
  });

  it('that the collection ends does not recycle', () => {
    expect(kinds(run('S'.repeat(13) + 'N'.repeat(50), on))).toEqual([`request-gc at ${minuteMs}`]);
  });

  it('with a pause begins from the start', () => {
    expect(run(`${'S'.repeat(12)}N${'S'.repeat(12)}N`, on)).toEqual([]);
  });

  it('that was hard for a moment gets its 60 s nevertheless', () => {
    expect(recycles(run(`H${'S'.repeat(11)}`, on))).toEqual([]);
    expect(recycles(run(`H${'S'.repeat(12)}`, on))).toHaveLength(1);
  });

  it('never recycles unless told to', () => {
    expect(run('S'.repeat(1_000))).toEqual([]);
  });
});

describe('recycles for memory (§6.2)', () => {
  it('are 30 minutes apart at first, then twice as long each time, up to a day', () => {
    expect([0, 1, 2, 3, 6, 7, 8, 1_000].map((count) => recycleDistanceMs(count) / minuteMs)).toEqual([
      0, 30, 60, 120, 960, 1_440, 1_440, 1_440,
    ]);
  });

  it('of a driver that leaks at once come at growing distances, with an alarm from the third on', () => {
    const told = recycles(run('H'.repeat(2_000), { everyMs: minuteMs }));
    expect(told.map(({ alarm }) => alarm).slice(0, 4)).toEqual([false, false, true, true]);
    const minutes = told.map(({ atMs }) => atMs / minuteMs);
    expect(minutes.slice(0, 5)).toEqual([1, 31, 91, 211, 451]);
  });

  it('that are held back are told once per breach', () => {
    const told = run('HHHHHH');
    expect(kinds(told)).toEqual(['request-gc at 0', 'recycle at 5000', 'request-gc at 10000', 'hold-back at 15000']);
    expect(told.at(-1)?.effect).toMatchObject({ cause: 'memory-hard', untilMs: 5_000 + 30 * minuteMs });
  });

  it('are counted from one again after two quiet days', () => {
    const leak = `HH${'N'.repeat(47)}`;
    const everyMs = hourMs;
    expect(recycles(run(leak.repeat(3), { everyMs })).map((each) => each.recycles)).toEqual([1, 1, 1]);
    const sooner = `HH${'N'.repeat(44)}`;
    expect(recycles(run(sooner.repeat(3), { everyMs })).map((each) => each.recycles)).toEqual([1, 2, 3]);
  });

  it('are never closer than the distance, nor without two hard samples or a minute above soft before them', () => {
    const letters = fc.array(fc.constantFrom('N', 'S', 'H', 'HHH', 'S'.repeat(15)), { maxLength: 200 });
    const everyMs = fc.constantFrom(100, sampleMs, minuteMs);
    fc.assert(
      fc.property(letters, everyMs, fc.boolean(), (parts, every, recycleOnSoft) => {
        const text = parts.join('');
        const told = recycles(run(text, { everyMs: every, recycleOnSoft, startMs: 7 }));
        for (const [i, { atMs, cause }] of told.entries()) {
          if (i > 0) expect(atMs - told[i - 1].atMs).toBeGreaterThanOrEqual(recycleDistanceMs(i));
          const until = text.slice(0, (atMs - 7) / every + 1);
          if (cause === 'memory-hard') expect(until).toMatch(/HH$/);
          else expect((until.match(/[SH]*$/)![0].length - 1) * every).toBeGreaterThanOrEqual(minuteMs);
          if (!recycleOnSoft) expect(cause).toBe('memory-hard');
        }
      }),
    );
  });
});
