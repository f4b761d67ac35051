import { statusCodes } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluated, TestExpression } from '../testing/evaluated.js';

describe('arithmetic (§17.3)', () => {
  it.each([
    ['7 div 2', 3],
    ['-7 div 2', -3],
    ['-7 mod 2', -1],
    ['7 / 2', 3.5],
    ['6 / 2', 3],
    ['2 + 0.5', 2.5],
    ['5 between 1 and 5', true],
    ['5 not between 1 and 4', true],
    ['3 in [1, 2, 3.0]', true],
    ['"a" in ["b"]', false],
    ['"a" < "b"', true],
    ['"a" + "b"', 'ab'],
    ['1 == 1.0', true],
    ['0xF0 >> 4 & 3', 3],
    ['1 << 40', 1_099_511_627_776],
    ['~0', -1],
    ['-1 & 0xFF', 255],
    ['2min + 30s', 150_000],
    ['2min / 30s', 4],
    ['2min / 2', 60_000],
    ['1.5 * 2s', 3_000],
    ['true ? 1 : 2.5', 1],
    ['not true or false', false],
  ])('%s is %j', (text, value) => expect(evaluated(text)).toEqual(value));

  it.each([
    ['1 / 0'],
    ['1 div 0'],
    ['1 mod 0'],
    ['1e308 * 10'],
    ['18446744073709551615 + 1'],
    ['-9223372036854775808 - 1'],
    ['1 << 64'],
    ['1 << -1'],
    ['sqrt(-1)'],
    ['log(0)'],
    ['clamp(1, 3, 2)'],
  ])('%s is Bad, never a value', (text) => {
    expect(new TestExpression(text).result()).toMatchObject({ value: null, status: statusCodes.BadOutOfRange });
  });

  it('does not take what is no number for one', () => {
    const tags = { x: { type: 'float64', value: Number.NaN } };
    expect(new TestExpression('{x} > 1', tags).result()).toMatchObject({ status: statusCodes.BadOutOfRange });
  });

  it('is exact over 64 bits', () => {
    const big = { a: { type: 'int64', value: 9_007_199_254_740_993n }, b: { type: 'uint64', value: 2n ** 64n - 1n } };
    expect(evaluated('{a} + 2', big)).toBe(9_007_199_254_740_995n);
    expect(evaluated('{a} > 9007199254740992', big)).toBe(true);
    expect(evaluated('{a} == 9007199254740993', big)).toBe(true);
    expect(evaluated('{b} - 1', big)).toBe(2n ** 64n - 2n);
    expect(evaluated('{b} & 0xFF', big)).toBe(255);
    expect(evaluated('{a} - {a}', big)).toBe(0);
    expect(evaluated('{a} in [9007199254740992]', big)).toBe(false);
  });

  it.each([
    ['+', (a: bigint, b: bigint) => a + b],
    ['-', (a: bigint, b: bigint) => a - b],
    ['*', (a: bigint, b: bigint) => a * b],
    ['div', (a: bigint, b: bigint) => (b === 0n ? undefined : a / b)],
    ['mod', (a: bigint, b: bigint) => (b === 0n ? undefined : a % b)],
    ['&', (a: bigint, b: bigint) => a & b],
    ['|', (a: bigint, b: bigint) => a | b],
    ['^', (a: bigint, b: bigint) => a ^ b],
  ] as const)('computes %s of any two integers as they are worth', (operator, of) => {
    const integer = fc.oneof(
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      fc.bigInt(-5n, 5n),
      fc.constantFrom(2n ** 53n, -(2n ** 53n) + 1n),
    );
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const result = new TestExpression(`{a} ${operator} {b}`, {
          a: { type: 'int64', value: a },
          b: { type: 'int64', value: b },
        }).result();
        const exact = of(a, b);
        const fits = exact !== undefined && exact >= -(2n ** 63n) && exact < 2n ** 64n;
        if (!fits) expect(result.status).toBe(statusCodes.BadOutOfRange);
        else expect(BigInt(result.value as number)).toBe(exact);
        // One form for one integer, so that equality is equality.
        if (fits) expect(typeof result.value).toBe(Number.isSafeInteger(Number(exact)) ? 'number' : 'bigint');
      }),
    );
  });
});

describe('a value whose type is known only now', () => {
  const names = { names: { a: 'any', b: 'any' } } as const;
  const run = (text: string, a: unknown, b: unknown): unknown => {
    const expression = new TestExpression(text, {}, names);
    expression.set({ a: { value: a as number }, b: { value: b as number } });
    return expression.value;
  };

  it('computes where both go together', () => {
    expect(run('a + b', 1, 2)).toBe(3);
    expect(run('a + b', 'x', 'y')).toBe('xy');
    expect(run('a < b', 1, 2.5)).toBe(true);
    expect(run('a && b', true, false)).toBe(false);
    expect(run('a between b and 10', 5, 1)).toBe(true);
  });

  it.each(['a + b', 'a < b', 'a && b', '!a && b', '-a < b', 'a == b', 'a & b'])('is Bad in %s where not', (text) => {
    expect(run(text, 'x', 2)).toBeNull();
  });
});

describe('a function', () => {
  it.each([
    'upper(a)',
    'len(previous(a))',
    'abs(a)',
    'bit(a, 1)',
    'rising(a)',
    'average(a, 5s)',
    'matches(a, "x")',
    'clamp(a, 0, 1)',
  ])('%s meets only values that it can take', (text) => {
    const expression = new TestExpression(text, {}, { names: { a: 'any' } });
    for (const value of [null, [1, 2], new Uint8Array(2), text.includes('a, ') ? 'x' : 2n ** 63n, true]) {
      expression.set({ a: { value: value } });
      expect(() => expression.result()).not.toThrow();
    }
  });

  it('of a Bad text is Bad', () => {
    const tags = { s: { type: 'string', value: null, status: statusCodes.BadTimeout } } as const;
    for (const text of ['upper({s})', 'len(previous({s}))', '{s} + "x"', 'format("{0}", {s})', 'trim({s}) == "a"'])
      expect(new TestExpression(text, tags).result()).toMatchObject({ value: null, status: statusCodes.BadTimeout });
  });
});
