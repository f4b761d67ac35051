import { describe, expect, it } from 'vitest';
import { PoisonGuard } from './poison-guard.js';

const under = (...sequences: number[]) => sequences.map((sequence) => ({ sequence, sentAtMs: 0 }));

describe('a message that kills connections', () => {
  it('is found at the third end of a connection right after it went out', () => {
    const guard = new PoisonGuard();
    expect([guard.ended(under(7), 10), guard.isToBlame]).toEqual([undefined, false]);
    expect([guard.ended(under(7), 10), guard.isToBlame]).toEqual([undefined, true]);
    expect([guard.ended(under(7), 10), guard.isToBlame]).toEqual([7, true]);
  });

  it('is not its neighbour: after the first end messages go one by one', () => {
    const guard = new PoisonGuard();
    guard.ended(under(1, 2, 3), 10);
    expect(guard.isCareful).toBe(true);
    guard.settled(1);
    const verdicts = [2, 2, 2].map((sequence) => guard.ended(under(sequence), 10));
    expect(verdicts).toEqual([undefined, undefined, 2]);
  });

  it('is no longer looked for once everything under way has got through', () => {
    const guard = new PoisonGuard();
    guard.ended(under(1, 2), 10);
    guard.settled(1);
    guard.settled(2);
    expect(guard.isCareful).toBe(false);
  });

  it('is none when the connection lived on for a second, or nothing was under way', () => {
    const guard = new PoisonGuard();
    const verdicts = [10, 10, 1000, 10, 10].map((nowMs) => guard.ended(under(1), nowMs));
    expect(verdicts).toEqual(Array(5).fill(undefined));
    expect(guard.ended([], 10)).toBeUndefined();
  });
});
