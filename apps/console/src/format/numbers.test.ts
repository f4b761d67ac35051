import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes } from './bytes.js';
import { counted, formatCount, formatPercent, formatRate } from './numbers.js';

describe('numbers', () => {
  it('have their thousands apart', () => {
    expect(formatCount(1_234_567)).toBe('1\u202f234\u202f567');
    expect(counted(1, 'tag')).toBe('1 tag');
    expect(counted(2_000, 'tag')).toBe('2\u202f000 tags');
  });

  it('keep every digit', () => {
    fc.assert(fc.property(fc.nat(), (value) => formatCount(value).replaceAll('\u202f', '') === String(value)));
  });

  it('say that they are not known', () => {
    expect([formatRate(undefined), formatPercent(null), formatBytes(null)]).toEqual(['–', '–', '–']);
  });

  it('have a decimal only where it says something', () => {
    expect([formatRate(2.25), formatRate(250.4), formatPercent(2), formatPercent(42.4)]).toEqual([
      '2.3',
      '250',
      '2.0 %',
      '42 %',
    ]);
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [8_192, '8.19 kB'],
    [34_934_784, '34.9 MB'],
    [999_999, '1.00 MB'],
    [524_288_000, '524 MB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});
