import { describe, expect, it } from 'vitest';
import { timeJson, valueJson } from './value-json.js';

describe('a value as JSON', () => {
  it.each([
    [12.5, 'float64', '12.5'],
    [-0, 'float64', '0'],
    [1e21, 'float64', '1e+21'],
    [Number.NaN, 'float32', 'null'],
    [Number.NEGATIVE_INFINITY, 'float64', 'null'],
    [true, 'bool', 'true'],
    [9_007_199_254_740_993n, 'int64', '"9007199254740993"'],
    [-5n, 'int64', '"-5"'],
    ['a "b"\n\u0000ß\ud800', 'string', String.raw`"a \"b\"\n\u0000ß\ud800"`],
    [Date.UTC(2026, 0, 2, 3, 4, 5, 6), 'datetime', '"2026-01-02T03:04:05.006Z"'],
    [9e15, 'datetime', 'null'],
    [Uint8Array.of(1, 2, 255), 'bytes', '"AQL/"'],
    [null, 'int16', 'null'],
    [[1, Number.NaN, 3], 'float32', '[1,null,3]'],
    [[], 'float32', '[]'],
    [[1n, 2n], 'uint64', '["1","2"]'],
    [['a', 'b'], 'string', '["a","b"]'],
  ] as const)('%s of type %s is %s', (value, scalar, text) => {
    expect(valueJson(value, scalar)).toBe(text);
    JSON.parse(valueJson(value, scalar));
  });

  it('has whole milliseconds for times', () => {
    expect([timeJson(1_700_000_000_000.75), timeJson(Number.NaN)]).toEqual(['1700000000000', 'null']);
  });
});
