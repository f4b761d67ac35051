import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationSummary } from '../config-authority.js';
import { compareGenerations } from './held.js';

const published = (generation: number, sha256: string): GenerationSummary => ({
  site: 'lab',
  generation,
  sha256,
  publishedAtMs: 0,
  author: 'ada',
  message: '',
  drivers: 0,
  tags: 0,
  rollbackOf: null,
});

describe('comparing the authority with what is sealed here (§7.4)', () => {
  it.each([
    [undefined, undefined, 'same'],
    [undefined, published(1, 'a'), 'newer'],
    [{ generation: 4, sha256: 'a' }, published(5, 'a'), 'newer'],
    [{ generation: 4, sha256: 'a' }, published(4, 'a'), 'same'],
    [{ generation: 4, sha256: 'a' }, published(4, 'b'), 'held'],
    [{ generation: 4, sha256: 'a' }, published(3, 'a'), 'held'],
    [{ generation: 4, sha256: 'a' }, undefined, 'held'],
  ])('%j here and %j there: %s', (local, there, kind) => {
    expect(compareGenerations(local, there).kind).toBe(kind);
  });

  it('holds for an authority that went back, and says both numbers and what to do', () => {
    expect(compareGenerations({ generation: 8, sha256: 'a' }, published(5, 'b'))).toMatchObject({
      held: { authorityGeneration: 5, reason: expect.stringMatching(/5.*8.*[Pp]ublish or roll back/) },
    });
    expect(compareGenerations({ generation: 8, sha256: 'a' }, undefined)).toMatchObject({
      held: { authorityGeneration: null },
    });
  });

  it('never adopts a number that is not above the one sealed here', () => {
    const summary = fc.record({ generation: fc.integer({ min: 1, max: 9 }), sha256: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(summary, summary, (local, there) => {
        const { kind } = compareGenerations(local, published(there.generation, there.sha256));
        expect(kind === 'newer').toBe(there.generation > local.generation);
        expect(kind === 'same').toBe(there.generation === local.generation && there.sha256 === local.sha256);
      }),
    );
  });
});
