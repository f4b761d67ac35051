import type { HistoryAggregateName } from '@fieldwarden/service';
import { describe, expect, it } from 'vitest';
import { pieceOfColumn, sourceOfPieces } from '../reading/block-source.js';
import { columnOf } from '../testing/columns.js';
import { defaultConfiguration, processedPage } from './processed-page.js';

const floats = { scalar: 'float64' } as const;
const good = 0;
const uncertain = 0x40000000;
const bad = 0x80000000;

type Values = readonly (readonly [second: number, value: number, status?: number])[];

function answers(
  aggregate: HistoryAggregateName,
  values: Values,
  [from, to, interval]: readonly [number, number, number],
  treatUncertainAsBad = false,
  scalar: 'float64' | 'int32' = 'float64',
) {
  const column = columnOf(
    { scalar },
    Float64Array.from(values, ([second]) => second * 1_000),
    Uint32Array.from(values, ([, , status = good]) => status),
    values.map(([, value]) => value),
  );
  const request = { aggregate, fromMs: from * 1_000, toMs: to * 1_000, intervalMs: interval * 1_000, limit: 1_000 };
  const configuration = { ...defaultConfiguration(floats), treatUncertainAsBad };
  const page = processedPage(sourceOfPieces({ scalar }, [pieceOfColumn(column)]), request, configuration);
  return Array.from(page.timesMs, (timeMs, row) => [timeMs / 1_000, page.values[row], page.statuses[row]]);
}

/** Ten intervals that begin with interval + 10 and have the interval's number in their middle, and one value more. */
const shared: Values = [
  ...Array.from({ length: 10 }, (_, i) => [[i * 10, i + 10] as const, [i * 10 + 5, i] as const]).flat(),
  [100, 20],
];

/** Expected values of the conformance tests of the OPC Foundation's .NET stack (MIT), where they follow the text of 10000-13. */
describe('what another stack is tested against', () => {
  it.each([
    ['minimum', (i: number) => i, 0x401],
    ['maximum', (i: number) => i + 10, 0],
    ['range', () => 10, 0x401],
    ['time-average', (i: number) => i + 5.25, 0x401],
  ] as const)('%s of ten intervals', (aggregate, value, status) => {
    const expected = Array.from({ length: 10 }, (_, i) => [i * 10, value(i), status]);
    expect(answers(aggregate, shared, [0, 100, 10])).toEqual(expected);
  });

  it.each([
    ['minimum', (i: number) => i, 0x401],
    ['maximum', (i: number) => i + 11, 0],
    ['range', () => 11, 0x401],
    ['time-average', (i: number) => i + 5.25, 0x401],
  ] as const)('%s of ten intervals backwards', (aggregate, value, status) => {
    const expected = Array.from({ length: 10 }, (_, at) => [100 - at * 10, value(9 - at), status]);
    expect(answers(aggregate, shared, [100, 0, 10])).toEqual(expected);
  });

  it.each([
    ['percent-good', 25],
    ['percent-bad', 75],
    ['duration-good', 5_000],
    ['duration-bad', 15_000],
  ] as const)('%s where Uncertain counts as Bad', (aggregate, value) => {
    const values: Values = [[0, 1], [5, 1, uncertain], [10, 1, bad], [15, 1, bad], [20, 1]]; // prettier-ignore
    expect(answers(aggregate, values, [0, 20, 20], true)).toEqual([[0, value, 0x401]]);
  });

  it('several equally good values are told as such', () => {
    expect(answers('worst-quality', [[0, 1], [5, 2], [10, 3]], [0, 10, 10])).toEqual([[0, 0, 0x411]]); // prettier-ignore
  });

  it.each([
    [0, 3],
    [3, 0],
  ])('transitions from %d to %d', (from, to) => {
    const values: Values = [[0, 5], [1, 5], [2, 6], [3, 7]]; // prettier-ignore
    expect(answers('number-of-transitions', values, [from, to, 3])).toEqual([[from, 2, 0x401]]);
  });

  /** Value v at v × 10 s + 1.234 s. */
  const ramp: Values = Array.from({ length: 41 }, (_, v) => [v * 10 + 1.234, v] as const);

  it.each([
    ['interpolative', 50, 4.8766],
    ['start-bound', 50, 4.8766],
    ['end-bound', 50, 7.2566],
    ['interpolative', 57.234, 5.6],
  ] as const)('%s at %d s on a ramp', (aggregate, from, value) => {
    const [[, answered]] = answers(aggregate, ramp, [from, from + 23.8, 23.8]);
    expect(answered).toBeCloseTo(value, 9);
    const [[, whole]] = answers(aggregate, ramp, [from, from + 23.8, 23.8], false, 'int32');
    expect(whole).toBe(Math.round(value));
  });
});
