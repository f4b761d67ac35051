import { expect, it } from 'vitest';
import { movedRange } from './trend-gestures.js';

/** A picture of 100 pixels over 1,000 ms. */
const range = { fromMs: 0, toMs: 1_000 };
const timeAt = (x: number): number => x * 10;

it('one finger takes the time along that it was put down on', () => {
  expect(movedRange(range, [500], [60], timeAt)).toEqual({ fromMs: -100, toMs: 900 });
});

it('two fingers keep their times under them: apart shows less, together more', () => {
  expect(movedRange(range, [400, 600], [30, 70], timeAt)).toEqual({ fromMs: 250, toMs: 750 });
  expect(movedRange(range, [300, 700], [40, 60], timeAt)).toEqual({ fromMs: -500, toMs: 1_500 });
});

it('fingers on one spot, crossed, or too many change nothing', () => {
  expect(movedRange(range, [400, 600], [50, 50], timeAt)).toBeUndefined();
  expect(movedRange(range, [400, 600], [70, 30], timeAt)).toBeUndefined();
  expect(movedRange(range, [1, 2, 3], [1, 2, 3], timeAt)).toBeUndefined();
});
