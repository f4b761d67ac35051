import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationSummary } from '@fieldwarden/authority';
import { bootDecision, type PublishedState } from './boot-decision.js';

const mark = (generation: number, sha256 = `sha-${generation}`): GenerationSummary => ({
  site: 'lab',
  publishedAtMs: 0,
  author: 'ada',
  message: '',
  drivers: 0,
  tags: 0,
  rollbackOf: null,
  generation,
  sha256,
});
const published = (newest?: GenerationSummary): PublishedState => ({ type: 'answered', newest });

describe('what a starting gateway runs (§7.3, §7.4)', () => {
  it('runs the sealed generation when it is the newest', () => {
    expect(bootDecision(mark(7), published(mark(7)))).toEqual({ type: 'run-sealed' });
  });

  it('runs the sealed generation, marked stale, while the authority is away', () => {
    expect(bootDecision(mark(7), { type: 'away' })).toEqual({ type: 'run-sealed' });
  });

  it('takes over a newer generation, also as the first one', () => {
    expect(bootDecision(mark(7), published(mark(9)))).toEqual({ type: 'adopt' });
    expect(bootDecision(undefined, published(mark(3)))).toEqual({ type: 'adopt' });
  });

  it('has nothing to run without snapshot and without generation, and knows why', () => {
    expect(bootDecision(undefined, published())).toEqual({ type: 'nothing', authorityAway: false });
    expect(bootDecision(undefined, { type: 'away' })).toEqual({ type: 'nothing', authorityAway: true });
  });

  it('holds when the authority went back, was emptied, or has another content under the same number', () => {
    expect(bootDecision(mark(7), published(mark(6)))).toMatchObject({ type: 'hold' });
    expect(bootDecision(mark(7), published())).toMatchObject({ type: 'hold' });
    const held = bootDecision(mark(7), published(mark(7, 'other')));
    expect(held).toMatchObject({ type: 'hold', reason: expect.stringContaining('generation 7') as string });
  });

  it('never runs anything older than what is sealed', () => {
    const marks = fc.tuple(fc.nat(5), fc.constantFrom('a', 'b')).map(([n, sha]) => mark(n, sha));
    fc.assert(
      fc.property(marks, marks, (sealed, newest) => {
        const { type } = bootDecision(sealed, published(newest));
        expect(type === 'adopt').toBe(newest.generation > sealed.generation);
      }),
    );
  });
});
