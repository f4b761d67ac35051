import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAbsolute, formatAchieved, formatDuration, formatInterval, formatRelative } from './times.js';

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [850.4, '850 ms'],
    [12_999, '12 s'],
    [61_000, '1 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d 1 h'],
  ])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('never count more of a unit than the next one holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        const text = formatDuration(ms);
        for (const [pattern, limit] of [
          [/(\d+) ms/, 1000],
          [/(\d+) s/, 60],
          [/(\d+) min/, 60],
          [/(\d+) h/, 24],
        ] as const) {
          const count = pattern.exec(text)?.[1];
          if (count !== undefined) expect(Number(count)).toBeLessThan(limit);
        }
      }),
    );
  });
});

describe('scan intervals', () => {
  it.each([
    [47.51, '47.5 ms'],
    [499.6, '500 ms'],
    [999.7, '1 s'],
    [2_500, '2.5 s'],
    [null, '–'],
  ])('%s reads %s', (ms, text) => expect(formatInterval(ms)).toBe(text));

  it('name their unit once when it is the same', () => {
    expect(formatAchieved(498, 500)).toBe('498 of 500 ms');
    expect(formatAchieved(1_200, 500)).toBe('1.2 s of 500 ms');
    expect(formatAchieved(null, 500)).toBe('– of 500 ms');
  });
});

describe('times', () => {
  it('are told relative to now, the future as well', () => {
    expect(formatRelative(0, 12_000)).toBe('12 s ago');
    expect(formatRelative(5_000, 0)).toBe('in 5 s');
    expect(formatRelative(0, 999)).toBe('just now');
  });

  it('carry their offset, so that they can be found in a log', () => {
    const text = formatAbsolute(Date.UTC(2030, 0, 2, 3, 4, 5, 6));
    expect(text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.006 [+-]\d\d:\d\d$/);
    expect(Date.parse(text.replace(' ', 'T').replace(' ', ''))).toBe(Date.UTC(2030, 0, 2, 3, 4, 5, 6));
  });
});
