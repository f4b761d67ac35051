import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveScaling, resolveTag } from './resolve-tag.js';

const tag = { path: 'a', address: 1, dataType: 'float32' };

describe('a scaling by two points (§8.1)', () => {
  it('goes through both, and clamps between them whichever is higher', () => {
    const value = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(
      fc.property(value, value, value, value, (rawLow, rawHigh, low, high) => {
        fc.pre(rawLow !== rawHigh);
        const { gain, offset, clamp } = resolveScaling({ rawLow, rawHigh, low, high, clamp: true });
        expect(rawLow * gain + offset).toBeCloseTo(low, 3);
        expect(rawHigh * gain + offset).toBeCloseTo(high, 3);
        expect(clamp).toEqual({ low: Math.min(low, high), high: Math.max(low, high) });
      }),
    );
  });
});

describe('the range of a tag (§8.1)', () => {
  it('comes from the scaling first, from complete limits second', () => {
    const scaling = { rawLow: 0, rawHigh: 10, low: 5, high: 1 };
    const limits = { min: 2, max: 3 };
    expect(resolveTag({ ...tag, scaling, limits }).range).toEqual({ low: 1, high: 5 });
    expect(resolveTag({ ...tag, scaling: { gain: 2 }, limits }).range).toEqual({ low: 2, high: 3 });
    expect(resolveTag({ ...tag, limits: { min: 2 } }).range).toBeUndefined();
  });

  it('is what a percentage is taken of', () => {
    const deadband = { percent: 10 };
    expect(resolveTag({ ...tag, deadband, limits: { min: -50, max: 150 } }).deadband).toBe(20);
    expect(resolveTag({ ...tag, deadband: { absolute: 0.5 } }).deadband).toBe(0.5);
  });
});

it('has its value for "none" as a list', () => {
  expect(resolveTag({ ...tag, notAvailable: 'NaN' }).notAvailable).toEqual(['NaN']);
  expect(resolveTag({ ...tag, notAvailable: [1, 2] }).notAvailable).toEqual([1, 2]);
});

it('a tag that says nothing else is polled each second, raw and read-only', () => {
  expect(resolveTag(tag)).toEqual({
    path: 'a',
    address: '1',
    type: { scalar: 'float32' },
    scanMs: 1_000,
    access: 'read-only',
    scaling: undefined,
    notAvailable: undefined,
    unit: undefined,
    deadband: undefined,
    description: undefined,
    limits: undefined,
    range: undefined,
    writeIdempotent: false,
    writeNonFinite: false,
    verify: false,
    publish: true,
    history: undefined,
  });
});

it('keeps the past of a tag by its own rules, by none, or not at all (§8.4)', () => {
  const rules = { deadband: 0.5, maxIntervalMs: 60_000, stepped: undefined };
  expect(resolveTag({ ...tag, history: { deadband: 0.5, maxIntervalMs: 60_000 } }).history).toEqual(rules);
  expect(resolveTag({ ...tag, history: true }).history).toBeUndefined();
  expect(resolveTag({ ...tag, history: false }).history).toBe(false);
});
