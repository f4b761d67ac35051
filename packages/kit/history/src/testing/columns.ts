import { isNumericColumn, scalarTypes, type DataType, type ScalarValue, type TagValue } from '@fieldwarden/core';
import fc from 'fast-check';
import type { HistoryColumn } from '../block/history-column.js';

const odd = [Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE, 0.1, -12.3, 2 ** 53];

const decimal = fc.integer({ min: -5_000, max: 5_000 }).map((value) => value / 10);

const ofScalar: Readonly<Record<string, fc.Arbitrary<ScalarValue>>> = {
  bool: fc.boolean(),
  int64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  uint64: fc.bigInt(0n, 2n ** 64n - 1n),
  string: fc.oneof(fc.constantFrom('', 'RUN', 'STOP', '\ud800 alone'), fc.string({ unit: 'binary', maxLength: 20 })),
  bytes: fc.uint8Array({ maxLength: 12 }),
  float32: fc.oneof(fc.float(), decimal.map(Math.fround)),
  float64: fc.oneof(fc.double(), decimal, fc.constantFrom(...odd)),
  datetime: fc.oneof(fc.integer({ min: 0, max: 2_000_000_000_000 }), fc.double({ noNaN: true })),
};

const whole = fc.oneof(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -(2 ** 31), max: 2 ** 32 }));

/** Values that stand still now and then, as those of plants do. */
const still = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc
    .array(fc.tuple(value, fc.integer({ min: 1, max: 20 })), { maxLength: 20 })
    .map((runs) => runs.flatMap(([one, length]) => Array.from({ length }, () => one)));

const times = (length: number): fc.Arbitrary<Float64Array> =>
  fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 2e12 }), fc.constantFrom(0, 1, 1_000, 60_000))
      .map(([first, step]) => Float64Array.from({ length }, (_, i) => first + i * step)),
    fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: length, maxLength: length }).map((steps) => {
      let time = 1_700_000_000_000;
      return Float64Array.from(steps, (step) => (time += step));
    }),
    fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: length, maxLength: length }).map((steps) => {
      let time = 1_700_000_000_000;
      return Float64Array.from(steps, (step) => (time += step));
    }),
  );

const statusesOf = (length: number): fc.Arbitrary<Uint32Array> =>
  fc
    .array(fc.constantFrom(0, 0, 0, 0x40900000, 0x80050000, 0x480), { minLength: length, maxLength: length })
    .map((all) => Uint32Array.from(all));

/** Columns of every type, of any length up to a few hundred. */
export const columns: fc.Arbitrary<HistoryColumn> = fc
  .tuple(fc.constantFrom(...scalarTypes), fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }))
  .map(([scalar, arrayLength]): DataType => (arrayLength === undefined ? { scalar } : { scalar, arrayLength }))
  .chain((type) => {
    const element = ofScalar[type.scalar] ?? whole;
    const { arrayLength } = type;
    const value: fc.Arbitrary<TagValue | null> =
      arrayLength === undefined ? element : fc.array(element, { minLength: arrayLength, maxLength: arrayLength });
    return still(fc.option(value, { freq: 10 })).chain((objects) =>
      fc
        .tuple(times(objects.length), statusesOf(objects.length))
        .map(([timesMs, statuses]) => columnOf(type, timesMs, statuses, objects)),
    );
  });

export function columnOf(
  type: DataType,
  timesMs: Float64Array,
  statuses: Uint32Array,
  objects: readonly (TagValue | null)[],
): HistoryColumn {
  if (!isNumericColumn(type)) return { type, timesMs, statuses, values: { kind: 'objects', objects } };
  const numbers = Float64Array.from(objects, (value) => Number(value ?? 0));
  const hasGaps = objects.includes(null);
  const absent = hasGaps ? Uint8Array.from(objects, (value) => (value === null ? 1 : 0)) : undefined;
  return { type, timesMs, statuses, values: { kind: 'numbers', numbers, absent } };
}
