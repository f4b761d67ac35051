import { expect, it } from 'vitest';
import { lostAfterMs, lostSinceMs } from './lost-device.js';

it.each([
  ['demoted', 0, 1_000],
  ['unreachable', lostAfterMs, 1_000],
  ['unreachable', lostAfterMs - 1, null],
  ['connected', lostAfterMs, null],
  ['unknown', lostAfterMs, null],
] as const)('a device that is %s for %i ms is lost since %s', (state, reachedForMs, since) => {
  expect(lostSinceMs({ state, reachedAtMs: 1_000, reachedForMs })).toBe(since);
});
