import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discreteValues, judgeBit, judgeDiscrete } from './states.js';

describe('a discrete condition', () => {
  it('is active for the values of its list, of whatever type', () => {
    const values = discreteValues([3, 'fault', true, '9007199254740993']);
    const active = [3, 3n, 'fault', true, 9007199254740993n];
    expect(active.map((value) => judgeDiscrete(value, values))).toEqual(active.map(() => 'active'));
    expect([4, 4n, 'ok', false].map((value) => judgeDiscrete(value, values))).toEqual(Array(4).fill('normal'));
  });

  it('takes 0 and 1 for false and true', () => {
    expect(judgeDiscrete(false, discreteValues([0]))).toBe('active');
    expect(judgeDiscrete(true, discreteValues([0]))).toBe('normal');
  });
});

describe('a bit', () => {
  it('is the one that 64-bit arithmetic finds', () => {
    const number = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(number, fc.nat(31), fc.boolean(), (value, bit, on) => {
        const isSet = (BigInt.asUintN(64, BigInt(value)) >> BigInt(bit)) % 2n === 1n;
        expect(judgeBit(value, bit, on)).toBe(isSet === on ? 'active' : 'normal');
        expect(judgeBit(BigInt(value), bit, on)).toBe(isSet === on ? 'active' : 'normal');
      }),
    );
  });

  it('may be any of 64', () => {
    expect(judgeBit(1n << 63n, 63, true)).toBe('active');
    expect(judgeBit(-1n, 63, true)).toBe('active');
    expect(judgeBit(2 ** 40, 40, true)).toBe('active');
  });
});
