import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, columns } from '../testing/columns.js';
import { decodeBlock, encodeBlock, maxBlockValues, readBlockHead } from './block-codec.js';

const damaged = expect.objectContaining({ code: 'HISTORY_BLOCK_DAMAGED' }) as Error;

/** A thousand values of one kind, a second apart. */
function floats(of: (i: number) => number, scalar: 'float32' | 'float64' | 'int32' | 'bool' = 'float32') {
  const count = 1_024;
  const timesMs = Float64Array.from({ length: count }, (_, i) => 1_700_000_000_000 + i * 1_000);
  const values = Array.from({ length: count }, (_, i) => of(i));
  return columnOf({ scalar }, timesMs, new Uint32Array(count), values);
}

/** Always the same noise. */
function noise(i: number): number {
  const x = Math.sin(i * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
}

describe('a block (§8.4)', () => {
  it('gives back what it was made of, bit by bit', () => {
    fc.assert(
      fc.property(columns, (column) => {
        const back = decodeBlock(encodeBlock(column));
        expect(back).toEqual(column);
        if (column.values.kind === 'numbers' && back.values.kind === 'numbers') {
          const [a, b] = [back.values.numbers, column.values.numbers];
          expect(a.every((value, i) => Object.is(value, b[i]))).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells −0 from 0', () => {
    const times = Float64Array.of(0, 1, 2);
    const back = decodeBlock(encodeBlock(columnOf({ scalar: 'float64' }, times, new Uint32Array(3), [-0, 0, 5])));
    expect([...(back.values as { numbers: Float64Array }).numbers]).toEqual([-0, 0, 5]);
  });

  it.each([
    ['one-decimal measurements', floats((i) => Math.fround(Math.round(200 + 20 * noise(i)) / 10)), 2.2],
    ['float32 noise', floats((i) => Math.fround(20 + noise(i))), 4.2],
    ['a counter', floats((i) => 1_000 + i, 'int32'), 0.6],
    ['a bool that rarely changes', floats((i) => (i % 400 === 0 ? 1 : 0), 'bool'), 0.6],
    ['a set point', floats((i) => (i < 600 ? 50 : 55)), 0.5],
  ])('takes few bytes a value for %s', (_what, column, most) => {
    expect(encodeBlock(column).length / 1_024).toBeLessThan(most);
  });

  it('knows every byte that is not as it was written', () => {
    const block = encodeBlock(floats((i) => Math.round(noise(i) * 100) / 10));
    for (let at = 0; at < block.length; at += 1) {
      const flipped = block.slice();
      flipped[at] ^= 1 << (at % 8);
      expect(() => decodeBlock(flipped)).toThrow(damaged);
    }
    for (const length of [0, 3, 10, block.length - 1])
      expect(() => decodeBlock(block.subarray(0, length))).toThrow(damaged);
  });

  it('says in its head what is in it', () => {
    const column = columnOf(
      { scalar: 'float64' },
      Float64Array.of(0, 1_000, 3_000, 4_000),
      Uint32Array.of(0, 0, 0x80050000, 0),
      [10, 20, null, 5],
    );
    const { type, summary } = readBlockHead(encodeBlock(column));
    expect(type).toEqual({ scalar: 'float64' });
    expect(summary).toMatchObject({ count: 4, goodCount: 3, firstAtMs: 0, lastAtMs: 4_000, min: 5, max: 20, sum: 35, first: 10, last: 5, worstStatus: 0x80050000, heldIntegral: Number.NaN }); // prettier-ignore
    const whole = columnOf({ scalar: 'float64' }, Float64Array.of(0, 1_000, 3_000), new Uint32Array(3), [10, 20, 30]);
    const { summary: answered } = readBlockHead(encodeBlock(whole));
    expect(answered).toMatchObject({ heldIntegral: 10 * 1_000 + 20 * 2_000, slopedIntegral: 15 * 1_000 + 25 * 2_000 });
  });

  it('is bounded', () => {
    const count = maxBlockValues + 1;
    const column = columnOf({ scalar: 'bool' }, new Float64Array(count), new Uint32Array(count), Array.from({ length: count }, () => true)); // prettier-ignore
    expect(() => encodeBlock(column)).toThrow(RangeError);
  });
});
