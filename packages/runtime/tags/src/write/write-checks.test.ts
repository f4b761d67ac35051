import { parseDataType, statusCodes, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { tag } from '../testing/test-tags.js';
import { checkFinite, checkWrite, unscaled } from './write-checks.js';

const outOfLimits = expect.objectContaining({
  code: 'VALUE_OUT_OF_LIMITS',
  status: statusCodes.BadOutOfRange,
  writeOutcome: 'not-sent',
}) as Error;
const outOfRange = expect.objectContaining({
  code: 'VALUE_OUT_OF_RANGE',
  status: statusCodes.BadOutOfRange,
  writeOutcome: 'not-sent',
}) as Error;

function writable(more: Partial<TagDefinition> = {}): TagDefinition {
  return tag('a', { access: 'read-write', ...more });
}

describe('the limits of a tag (§8.1)', () => {
  const limited = writable({ limits: { min: -10, max: 120.5 } });

  it.each([-10, 0, 120.5])('let %d through: both ends are allowed', (value) => {
    expect(() => checkWrite(limited, value)).not.toThrow();
  });

  it.each([-10.000_001, 120.500_001, -Infinity, Infinity, Number.NaN])('stop %d', (value) => {
    expect(() => checkWrite(limited, value)).toThrow(outOfLimits);
  });

  it('hold for 64-bit integers, both ends included', () => {
    const whole = writable({ type: { scalar: 'int64' }, limits: { min: 0, max: 100 } });
    for (const value of [0n, 100n]) expect(() => checkWrite(whole, value)).not.toThrow();
    for (const value of [-1n, 101n]) expect(() => checkWrite(whole, value)).toThrow(outOfLimits);
  });

  it('hold for each element of an array', () => {
    expect(() => checkWrite(limited, [0, 120.5])).not.toThrow();
    expect(() => checkWrite(limited, [0, 121])).toThrow(outOfLimits);
  });

  it('may be one-sided', () => {
    expect(() => checkWrite(writable({ limits: { max: 5 } }), -1e300)).not.toThrow();
    expect(() => checkWrite(writable({ limits: { min: 5 } }), 5)).not.toThrow();
    expect(() => checkWrite(writable({ limits: { min: 5 } }), 4.999)).toThrow(outOfLimits);
  });
});

describe('what is not a finite number', () => {
  it.each([Number.NaN, Infinity, -Infinity])('%d is taken from a text only if the tag says so', (value) => {
    expect(() => checkFinite(writable(), value)).toThrow(outOfRange);
    expect(() => checkFinite(writable(), [1, value])).toThrow(outOfRange);
    expect(() => checkFinite(writable({ writeNonFinite: true }), value)).not.toThrow();
  });

  it('is no matter of other values', () => {
    for (const value of [1, 5n, 'NaN', true, [1, 2]]) expect(() => checkFinite(writable(), value)).not.toThrow();
  });
});

describe('what a device takes', () => {
  const raw = (type: string, value: TagValue, scaling?: TagDefinition['scaling']): TagValue =>
    unscaled(writable({ rawType: parseDataType(type)!, scaling }), value);

  it.each([
    ['int8', -128, 127],
    ['uint8', 0, 255],
    ['int16', -32_768, 32_767],
    ['uint16', 0, 65_535],
    ['int32', -2_147_483_648, 2_147_483_647],
    ['uint32', 0, 4_294_967_295],
  ])('%s: from %d to %d, both ends included', (type, min, max) => {
    expect([raw(type, min), raw(type, max)]).toEqual([min, max]);
    expect(() => raw(type, min - 1)).toThrow(outOfRange);
    expect(() => raw(type, max + 1)).toThrow(outOfRange);
  });

  it.each([
    ['int64', -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
    ['uint64', 0n, 18_446_744_073_709_551_615n],
  ])('%s: from %d to %d, both ends included', (type, min, max) => {
    expect([raw(type, min), raw(type, max)]).toEqual([min, max]);
    expect(() => raw(type, min - 1n)).toThrow(outOfRange);
    expect(() => raw(type, max + 1n)).toThrow(outOfRange);
  });

  it('of an array is each element', () => {
    const array = writable({ rawType: { scalar: 'int16', arrayLength: 2 } });
    expect(unscaled(array, [1, -32_768])).toEqual([1, -32_768]);
    expect(() => unscaled(array, [1, 32_768])).toThrow(outOfRange);
    expect(() => unscaled(writable({ rawType: { scalar: 'uint64', arrayLength: 1 } }), [-1n])).toThrow(outOfRange);
  });

  it('as a float32 is what does not become infinite in 32 bits; NaN and infinities are what they are', () => {
    for (const value of [3.4028234663852886e38, -3.4e38, 1e-50, Number.NaN, Infinity])
      expect(raw('float32', value)).toBe(value);
    expect(() => raw('float32', 3.5e38)).toThrow(outOfRange);
    expect(() => raw('float64', 1e300, { gain: 1e-20, offset: 0 })).toThrow(outOfRange);
  });

  it('is what the scaling makes of the value, rounded to whole numbers where the device has those', () => {
    const scaling = { gain: 0.1, offset: 0 };
    expect(raw('int16', 3_276.7, scaling)).toBe(32_767);
    expect(raw('int16', 3_276.74, scaling)).toBe(32_767);
    expect(() => raw('int16', 3_276.8, scaling)).toThrow(outOfRange);
    expect(raw('float64', 25, { gain: 2, offset: 5 })).toBe(10);
  });
});
