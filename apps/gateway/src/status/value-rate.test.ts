import { expect, it } from 'vitest';
import { ValueRate } from './value-rate.js';

it('a rate is that of the last seconds, and 0 as long as nothing is known', () => {
  const rate = new ValueRate();
  expect(rate.perSecond).toBe(0);
  rate.look(1_000, 0);
  expect(rate.perSecond).toBe(0);
  rate.look(1_500, 1_000);
  expect(rate.perSecond).toBe(500);
  for (let second = 2; second <= 7; second += 1) rate.look(1_500, second * 1_000);
  expect(rate.perSecond).toBe(0);
});
