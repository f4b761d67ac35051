import { expect, it } from 'vitest';
import { memoryReactions } from './memory-reactions.js';
import type { MemoryLevel } from './memory-rule.js';

const reactions = (from: MemoryLevel, to: MemoryLevel, isolation: 'in-process' | 'host'): readonly string[] =>
  memoryReactions({ type: 'level', from, to, bytes: 1 }, isolation);

it('asks a driver to drop its caches whenever its memory rises above a limit', () => {
  expect(reactions('Normal', 'Soft', 'host')).toEqual(['flush-caches']);
  expect(reactions('Soft', 'Hard', 'host')).toEqual(['flush-caches']);
  expect(reactions('Normal', 'Soft', 'in-process')).toEqual(['flush-caches']);
});

it('recommends a Host to an in-process driver above its hard limit, and nothing more', () => {
  expect(reactions('Soft', 'Hard', 'in-process')).toEqual(['flush-caches', 'recommend-promotion']);
  expect(reactions('Normal', 'Hard', 'in-process')).toEqual(['flush-caches', 'recommend-promotion']);
});

it('has nothing to ask for when memory falls, or a baseline becomes known', () => {
  for (const isolation of ['in-process', 'host'] as const) {
    expect(reactions('Hard', 'Soft', isolation)).toEqual([]);
    expect(reactions('Soft', 'Normal', isolation)).toEqual([]);
    expect(memoryReactions({ type: 'baseline', bytes: 1 }, isolation)).toEqual([]);
  }
});
