import { expect, test } from 'vitest';
import { sentence } from './sentence.js';

test('begins messages with a capital, and leaves names as they are', () => {
  expect(sentence('unit 2 did not answer')).toBe('Unit 2 did not answer.');
  expect(sentence('plant.yaml has 1 error')).toBe('plant.yaml has 1 error.');
  expect(sentence('line1/filler does not answer')).toBe('line1/filler does not answer.');
});
