import { expect, it } from 'vitest';
import { areasOf, areasText, areasWords } from './role-words.js';

it('takes areas as people type them, and none for everywhere', () => {
  expect(areasOf('packaging/**, energy/** \n press/*')).toEqual(['packaging/**', 'energy/**', 'press/*']);
  expect(areasOf('  ')).toEqual(['**']);
  expect([areasText(['a/**', 'b/**']), areasText(['**'])]).toEqual(['a/**, b/**', '']);
  expect([areasWords(['a/**', 'b/**']), areasWords(['**']), areasWords([])]).toEqual([
    'a/**, b/**',
    'everywhere',
    'nowhere',
  ]);
});
