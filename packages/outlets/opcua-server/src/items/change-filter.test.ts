import {
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  DataValue,
  DeadbandType,
  StatusCodes,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { assert, double, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTold, type RangeOf } from './change-filter.js';

const range = () => ({ low: 0, high: 200 });

function float(value: number, sourceAtMs = 0): DataValue {
  const result = new DataValue({ value: { dataType: DataType.Double, value } });
  result.sourceTimestamp = new Date(sourceAtMs);
  return result;
}

function floats(...values: number[]): DataValue {
  const value = new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: values });
  return new DataValue({ value });
}

function wide(value: [number, number]): DataValue {
  return new DataValue({ value: { dataType: DataType.Int64, arrayType: VariantArrayType.Scalar, value } });
}

function filter(deadbandType: DeadbandType, deadbandValue: number, trigger = DataChangeTrigger.StatusValue) {
  return new DataChangeFilter({ trigger, deadbandType, deadbandValue });
}

/** Of a row of values, those that a client is told, the first one among them. */
function told(
  wanted: DataChangeFilter | null,
  values: readonly DataValue[],
  rangeOf: RangeOf = () => undefined,
): unknown[] {
  let last: DataValue | undefined;
  const all: unknown[] = [];
  for (const value of values) {
    if (last && !isTold(wanted, last, value, rangeOf)) continue;
    last = value;
    all.push(value.value.value);
  }
  return all;
}

describe('a change filter', () => {
  const row = [1, Number.NaN, Number.NaN, Infinity, Infinity, -Infinity, 5, 5.5, Number.NaN].map((value) =>
    float(value),
  );

  test.each([
    ['no filter', null, [1, Number.NaN, Infinity, -Infinity, 5, 5.5, Number.NaN]],
    ['no deadband', filter(DeadbandType.None, 0), [1, Number.NaN, Infinity, -Infinity, 5, 5.5, Number.NaN]],
    ['an absolute deadband', filter(DeadbandType.Absolute, 2), [1, Number.NaN, Infinity, -Infinity, 5, Number.NaN]],
    ['one in percent', filter(DeadbandType.Percent, 1), [1, Number.NaN, Infinity, -Infinity, 5, Number.NaN]],
  ])('with %s tells once when NaN or infinity comes, and once when it goes', (_, wanted, expected) => {
    expect(told(wanted, row, range)).toEqual(expected);
  });

  test('tells of a difference beyond the deadband, not of one equal to it', () => {
    expect(
      told(
        filter(DeadbandType.Absolute, 2),
        [1, 3, 3.1, 5, 5.2].map((value) => float(value)),
      ),
    ).toEqual([1, 3.1, 5.2]);
    expect(
      told(
        filter(DeadbandType.Percent, 1),
        [0, 2, 2.1].map((value) => float(value)),
        range,
      ),
    ).toEqual([0, 2.1]);
  });

  test('takes a range that is none for no deadband', () => {
    const broken = () => ({ low: 0, high: Infinity });
    expect(
      told(
        filter(DeadbandType.Percent, 0),
        [1, 1, 2].map((value) => float(value)),
        broken,
      ),
    ).toEqual([1, 2]);
  });

  test('looks at each element of an array, and at its length', () => {
    const arrays = [floats(1, Number.NaN), floats(1.5, Number.NaN), floats(1, 4), floats(1), floats(1)];
    expect(told(filter(DeadbandType.Absolute, 1), arrays)).toEqual(
      [arrays[0], arrays[2], arrays[3]].map(({ value }) => value.value as unknown),
    );
  });

  test('computes with all 64 bits', () => {
    const values = [wide([0, 4_294_967_295]), wide([1, 0]), wide([1, 2]), wide([-1, 4_294_967_295])];
    expect(told(filter(DeadbandType.Absolute, 2), values)).toEqual([
      [0, 4_294_967_295],
      [1, 2],
      [-1, 4_294_967_295],
    ]);
    expect(told(null, [wide([1, 0]), wide([1, 0])])).toEqual([[1, 0]]);
  });

  test('tells of a status in any case, of a value unless it wants the status alone', () => {
    const bad = new DataValue({ statusCode: StatusCodes.BadDeviceFailure });
    const status = filter(DeadbandType.None, 0, DataChangeTrigger.Status);
    expect(told(status, [float(1), float(2), bad, bad, float(2)])).toEqual([1, bad.value.value, 2]);
    expect(told(filter(DeadbandType.Absolute, 9), [float(1), bad, float(1)])).toEqual([1, bad.value.value, 1]);
  });

  test('tells of a new time where that is wanted, unless there is a deadband', () => {
    const times = [float(1, 1_000), float(1, 2_000), float(1, 2_000)];
    expect(told(filter(DeadbandType.None, 0, DataChangeTrigger.StatusValueTimestamp), times)).toEqual([1, 1]);
    expect(told(filter(DeadbandType.Absolute, 1, DataChangeTrigger.StatusValueTimestamp), times)).toEqual([1]);
  });

  test('never throws, and never tells the same twice', () => {
    assert(
      property(
        integer({ min: 0, max: 2 }),
        double({ min: 0, max: 100, noNaN: true }),
        double(),
        double(),
        (type, band, a, b) => {
          const wanted = filter(type, band);
          isTold(wanted, float(a), float(b), range);
          expect(isTold(wanted, float(a), float(a), range)).toBe(false);
        },
      ),
    );
  });
});
