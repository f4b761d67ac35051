import { expect, it } from 'vitest';
import { longFirst } from './long-first-sequencer.mjs';

it('begins with the long suites and keeps the order of all others', () => {
  const files = ['b.test.ts', 'truth.long.test.ts', 'a.test.ts', 'killed.long.test.ts'];
  const order = longFirst(files, (file) => file);
  expect(order).toEqual(['truth.long.test.ts', 'killed.long.test.ts', 'b.test.ts', 'a.test.ts']);
});
