import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualityOf } from './quality.js';
import { editableTagValue, formatTagValue, parseTagInput } from './tag-value.js';

describe('values of tags', () => {
  it('are shown with the digits of their type', () => {
    expect(formatTagValue(59.94570159912109, 'float32')).toBe('59.9457');
    expect(formatTagValue(0.1 + 0.2, 'float64')).toBe('0.3');
    expect(formatTagValue([1.5, 2.25], 'float32[2]')).toBe('[1.5, 2.25]');
    expect(formatTagValue('', 'string')).toBe('""');
    expect(formatTagValue(null, 'int16')).toBe('–');
  });
});

describe('the field in which a value is changed', () => {
  it('holds what would be written if nobody touched it', () => {
    for (const text of ['', '""', ' a ', '[1, 2]']) {
      expect(parseTagInput(editableTagValue(text, 'string'), 'string')).toEqual({ value: text });
    }
    expect(editableTagValue(['a', ''], 'string[2]')).toBe('["a",""]');
    expect(editableTagValue(59.94570159912109, 'float32')).toBe('59.9457');
    expect(editableTagValue(null, 'int16')).toBe('');
  });
});

describe('what an operator types', () => {
  it('is taken in the form of the type', () => {
    expect(parseTagInput('72.5', 'float32')).toEqual({ value: 72.5 });
    expect(parseTagInput(' 7 ', 'int16')).toEqual({ value: 7 });
    expect(parseTagInput('off', 'bool')).toEqual({ value: false });
    expect(parseTagInput(' x ', 'string')).toEqual({ value: ' x ' });
    expect(parseTagInput('[1, 2]', 'int16[2]')).toEqual({ value: '[1, 2]' });
    expect(parseTagInput('NaN', 'float32')).toEqual({ value: 'NaN' });
    expect(parseTagInput('1e309', 'float64')).toEqual({ value: '1e309' });
    expect(parseTagInput('', 'string')).toEqual({ value: '' });
    expect(parseTagInput('""', 'string')).toEqual({ value: '""' });
  });

  it.each([
    ['1.5', 'int16'],
    ['', 'float32'],
    ['1,5', 'float64'],
    ['maybe', 'bool'],
    ['1', 'int16[2]'],
  ])('is refused: %j as %s', (text, type) => expect(parseTagInput(text, type)).toHaveProperty('problem'));

  it('keeps every digit of a 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(parseTagInput(String(value), 'int64')).toEqual({ value: String(value) });
      }),
    );
  });
});

describe('quality', () => {
  it('is the severity of the status code', () => {
    expect([0, 0x40900000, 0x80310000, 0x800a0000].map(qualityOf)).toEqual(['good', 'uncertain', 'bad', 'bad']);
  });
});
