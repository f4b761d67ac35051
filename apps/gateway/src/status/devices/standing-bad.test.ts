import { expect, it } from 'vitest';
import { StandingBadTags } from './standing-bad.js';

it('knows since when a device has had Bad tags, once that has lasted, without a break', () => {
  const standing = new StandingBadTags();
  const see = (filler: number, capper: number, nowMs: number): readonly (number | null)[] => {
    const rows = [
      { device: 'filler', tagsBad: filler },
      { device: 'capper', tagsBad: capper },
    ];
    standing.see('packaging', rows, nowMs);
    return [standing.sinceMs('packaging', 'filler'), standing.sinceMs('packaging', 'capper')];
  };
  expect(see(3, 0, 1_000)).toEqual([null, null]);
  expect(see(1, 2, 10_999)).toEqual([null, null]);
  expect(see(2, 2, 11_000)).toEqual([1_000, null]);
  expect(see(0, 2, 20_999)).toEqual([null, 10_999]);
  expect(see(1, 2, 21_000)).toEqual([null, 10_999]);
  standing.forget('packaging');
  expect(standing.sinceMs('packaging', 'capper')).toBeNull();
});
