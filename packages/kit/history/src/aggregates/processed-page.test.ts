import { statusCodes, type TagValue } from '@fieldwarden/core';
import { historyAggregates, type HistoryAggregateConfiguration, type HistoryAggregateName } from '@fieldwarden/service';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBlock } from '../block/block-codec.js';
import type { HistoryColumn } from '../block/history-column.js';
import { pieceOfBlock, pieceOfColumn, sourceOfPieces, type BlockSource } from '../reading/block-source.js';
import { columnOf } from '../testing/columns.js';
import { referenceRows } from '../testing/reference-aggregates.js';
import { splitColumn } from '../testing/split-column.js';
import { isAggregateOf } from './aggregates.js';
import { defaultConfiguration, processedPage, rangeOfProcessedPage } from './processed-page.js';

const configurations = fc
  .record({
    treatUncertainAsBad: fc.boolean(),
    percentDataGood: fc.constantFrom(0, 40, 50, 75, 100),
    percentDataBad: fc.constantFrom(0, 25, 50, 60, 100),
    useSlopedExtrapolation: fc.boolean(),
    stepped: fc.boolean(),
  })
  .filter(({ percentDataGood, percentDataBad }) => percentDataGood >= 100 - percentDataBad);

const statuses = fc.constantFrom(
  0,
  0,
  0,
  0,
  0x00300000,
  statusCodes.Uncertain,
  statusCodes.UncertainLastUsableValue,
  statusCodes.Bad,
  statusCodes.BadNoCommunication,
);

const valuesOf = {
  float64: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -8, max: 8 }) }, fc.constant(Number.NaN)),
  bool: fc.boolean(),
  int64: fc.bigInt(-9n, 9n),
  string: fc.constantFrom('RUN', 'STOP', ''),
} as const;

/** A tag's few values over a minute, several at one time now and then. */
const histories = fc
  .constantFrom('float64' as const, 'float64' as const, 'bool' as const, 'int64' as const, 'string' as const)
  .chain((scalar) =>
    fc
      .array(
        fc.tuple(
          fc.integer({ min: 0, max: 60 }),
          statuses,
          fc.option(valuesOf[scalar] as fc.Arbitrary<TagValue>, { freq: 12 }),
        ),
        { maxLength: 14 },
      )
      .map((rows) => {
        rows.sort(([a], [b]) => a - b);
        return columnOf(
          { scalar },
          Float64Array.from(rows, ([at]) => at * 1_000),
          Uint32Array.from(rows, ([, status]) => status),
          rows.map(([, , value]) => value),
        );
      }),
  );

/** Cut anywhere, as blocks or as columns, and given as what is before, in and after the range. */
const cuts = fc.record({
  length: fc.integer({ min: 1, max: 15 }),
  isBlock: fc.boolean(),
  earlier: fc.integer({ min: 0, max: 4 }),
  later: fc.integer({ min: 0, max: 4 }),
});

function sourceOf(
  column: HistoryColumn,
  { length, isBlock, earlier, later }: { length: number; isBlock: boolean; earlier: number; later: number },
): BlockSource {
  const pieces = splitColumn(column, length).map((part) =>
    isBlock ? pieceOfBlock(encodeBlock(part)) : pieceOfColumn(part),
  );
  const before = pieces.splice(0, earlier).reverse();
  const after = pieces.splice(Math.max(0, pieces.length - later));
  return { type: column.type, pieces, earlier: () => before, later: () => after };
}

const requests = fc
  .record({
    aggregate: fc.constantFrom(...historyAggregates),
    fromMs: fc.integer({ min: -10, max: 70 }).map((second) => second * 1_000),
    toMs: fc.integer({ min: -10, max: 70 }).map((second) => second * 1_000),
    intervalMs: fc.constantFrom(0, 1_000, 4_000, 7_500, 16_000, 200_000),
  })
  .filter(({ fromMs, toMs }) => fromMs !== toMs);

function pointsOf(column: HistoryColumn) {
  const { values } = column;
  return Array.from(column.timesMs, (timeMs, row) => ({
    timeMs,
    status: column.statuses[row],
    value: values.kind === 'objects' ? values.objects[row] : values.absent?.[row] === 1 ? null : values.numbers[row],
  }));
}

function rowsOf(
  source: BlockSource,
  request: { aggregate: HistoryAggregateName; fromMs: number; toMs: number; intervalMs: number },
  configuration: HistoryAggregateConfiguration,
  limit = 1_000,
) {
  const rows: { timeMs: number; status: string; value: TagValue | null }[] = [];
  let cursor: string | undefined;
  do {
    const page = processedPage(source, { ...request, limit, cursor }, configuration);
    for (const [row, timeMs] of page.timesMs.entries()) {
      rows.push({ timeMs, status: page.statuses[row].toString(16), value: rounded(page.values[row]) });
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

/** What is summed in another order differs in the last digits. */
function rounded(value: TagValue | null): TagValue | null {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'number') return value;
  return Number.isNaN(value) ? null : Number(value.toFixed(9)) + 0;
}

describe('a page of aggregates (§8.4)', () => {
  it('is what the letter of the standard makes of all values, for any values, pieces, intervals and configuration', () => {
    fc.assert(
      fc.property(histories, cuts, requests, configurations, (column, cut, request, configuration) => {
        fc.pre(isAggregateOf(request.aggregate, column.type));
        const expected = referenceRows(pointsOf(column), column.type, request, configuration);
        expect(rowsOf(sourceOf(column, cut), request, configuration)).toEqual(
          expected.map(({ timeMs, status, value }) => ({ timeMs, status: status.toString(16), value: rounded(value) })),
        );
      }),
      { numRuns: 4_000 },
    );
  });

  it('is the same in pages of any size', () => {
    fc.assert(
      fc.property(histories, requests, fc.integer({ min: 1, max: 5 }), (column, request, limit) => {
        const source = sourceOfPieces(column.type, [pieceOfColumn(column)]);
        const configuration = defaultConfiguration(column.type);
        expect(rowsOf(source, request, configuration, limit)).toEqual(rowsOf(source, request, configuration));
      }),
      { numRuns: 200 },
    );
  });
});

const floats = { scalar: 'float64' } as const;
const column = columnOf(floats, Float64Array.of(0, 5_000, 10_000), new Uint32Array(3), [0, 5, 10]);
const source = sourceOfPieces(floats, [pieceOfColumn(column)]);
const askedFor = { fromMs: 0, toMs: 10_000, intervalMs: 10_000, limit: 10 } as const;

describe('a processed read', () => {
  it.each([
    ['start-bound', 0, 10_000, 0, 0, 0],
    ['end-bound', 0, 10_000, 10, 0x401, 0],
    ['start-bound', 10_000, 0, 10, 0, 10_000],
    ['end-bound', 10_000, 0, 0, 0x401, 10_000],
    ['delta', 10_000, 0, 5, 0x401, 10_000],
  ] as const)('gives %s from %d to %d', (aggregate, fromMs, toMs, value, status, timeMs) => {
    const page = processedPage(source, { ...askedFor, aggregate, fromMs, toMs }, defaultConfiguration(floats));
    expect([page.values[0], page.statuses[0], page.timesMs[0]]).toEqual([value, status, timeMs]);
  });

  it('makes the last interval as short as the range, and has one interval for an interval of 0', () => {
    const request = { ...askedFor, aggregate: 'duration-good', toMs: 9_000, intervalMs: 4_000 } as const;
    expect([...processedPage(source, request, defaultConfiguration(floats)).values]).toEqual([4_000, 4_000, 1_000]);
    const one = processedPage(source, { ...request, intervalMs: 0 }, defaultConfiguration(floats));
    expect([...one.values]).toEqual([9_000]);
  });

  it('tells the store which range a page needs', () => {
    const request = { ...askedFor, aggregate: 'average', toMs: 100_000, limit: 3 } as const;
    expect(rangeOfProcessedPage(request)).toEqual({ fromMs: 0, toMs: 30_000 });
    expect(rangeOfProcessedPage({ ...request, cursor: '9' })).toEqual({ fromMs: 90_000, toMs: 100_000 });
    const backwards = { ...request, fromMs: 100_000, toMs: 0, cursor: '3' };
    expect(rangeOfProcessedPage(backwards)).toEqual({ fromMs: 40_000, toMs: 70_000 });
  });

  it.each([
    [{ toMs: 0 }, 'HISTORY_RANGE_INVALID'],
    [{ toMs: Number.NaN }, 'HISTORY_RANGE_INVALID'],
    [{ intervalMs: -1 }, 'HISTORY_RANGE_INVALID'],
    [{ cursor: 'x' }, 'HISTORY_CURSOR_INVALID'],
    [{ cursor: '7' }, 'HISTORY_CURSOR_INVALID'],
    [{ configuration: { percentDataGood: 30, percentDataBad: 60 } }, 'HISTORY_CONFIGURATION_INVALID'],
    [{ configuration: { percentDataGood: 101 } }, 'HISTORY_CONFIGURATION_INVALID'],
  ])('refuses %j', (wrong, code) => {
    const request = { ...askedFor, aggregate: 'average' as const, ...wrong };
    expect(() => processedPage(source, request, defaultConfiguration(floats))).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });

  it('keeps 64-bit integers exact where the answer is one of them', () => {
    const type = { scalar: 'int64' } as const;
    const big = 9_007_199_254_740_993n;
    const values = [big, big + 2n, big + 1n];
    const whole = sourceOfPieces(type, [
      pieceOfColumn(columnOf(type, Float64Array.of(0, 1_000, 2_000), new Uint32Array(3), values)),
    ]);
    const answer = (aggregate: HistoryAggregateName): TagValue | null =>
      processedPage(whole, { ...askedFor, aggregate }, defaultConfiguration(type)).values[0];
    expect(answer('minimum')).toBe(big);
    expect(answer('maximum')).toBe(big + 2n);
    expect(answer('delta')).toBe(1n);
    expect(answer('range')).toBe(2n);
    expect(answer('start-bound')).toBe(big);
  });

  it('tells infinities, and says where they make no number', () => {
    const infinite = columnOf(floats, Float64Array.of(0, 1_000, 2_000), new Uint32Array(3), [Infinity, 1, -Infinity]);
    const whole = sourceOfPieces(floats, [pieceOfColumn(infinite)]);
    const answer = (aggregate: HistoryAggregateName): readonly unknown[] => {
      const page = processedPage(whole, { ...askedFor, aggregate }, defaultConfiguration(floats));
      return [page.values[0], page.statuses[0]];
    };
    expect(answer('maximum')).toEqual([Infinity, 0x404]);
    expect(answer('delta')).toEqual([-Infinity, 0x405]);
    for (const aggregate of ['average', 'time-average', 'standard-deviation'] as const)
      expect(answer(aggregate), aggregate).toEqual([Number.NaN, statusCodes.BadAggregateInvalidInputs]);
  });

  it('says that a difference does not fit its type instead of wrapping it', () => {
    const type = { scalar: 'uint32' } as const;
    const fell = sourceOfPieces(type, [
      pieceOfColumn(columnOf(type, Float64Array.of(0, 1_000), new Uint32Array(2), [4_000, 7])),
    ]);
    const page = processedPage(fell, { ...askedFor, aggregate: 'delta' }, defaultConfiguration(type));
    expect([page.statuses[0], page.values[0]]).toEqual([(statusCodes.BadOutOfRange | 0x404) >>> 0, Number.NaN]);
  });

  it.each([
    [
      'string',
      ['RUN', 'STOP'],
      [
        'count',
        'duration-good',
        'duration-bad',
        'percent-good',
        'percent-bad',
        'worst-quality',
        'number-of-transitions',
        'start-bound',
        'end-bound',
        'interpolative',
      ],
    ],
    [
      'bool',
      [true, false],
      [
        'average',
        'count',
        'total',
        'start-bound',
        'end-bound',
        'interpolative',
        'time-average',
        'time-average2',
        'duration-good',
        'duration-bad',
        'percent-good',
        'percent-bad',
        'worst-quality',
        'number-of-transitions',
      ],
    ],
  ] as const)('answers of %s what can be said of it', (scalar, values, possible) => {
    const type = { scalar };
    const only = sourceOfPieces(type, [
      pieceOfColumn(columnOf(type, Float64Array.of(0, 10_000), new Uint32Array(2), values)),
    ]);
    for (const aggregate of historyAggregates) {
      const { statuses: given } = processedPage(only, { ...askedFor, aggregate }, defaultConfiguration(type));
      const isInvalid = given[0] === statusCodes.BadAggregateInvalidInputs;
      expect(isInvalid, aggregate).toBe(!(possible as readonly string[]).includes(aggregate));
    }
  });

  it('walks through a long outage once', () => {
    const count = 20_000;
    const bad = Uint32Array.from({ length: count }, (_, i) => (i === 0 || i === count - 1 ? 0 : statusCodes.Bad));
    const outage = columnOf(
      floats,
      Float64Array.from({ length: count }, (_, i) => i * 1_000),
      bad,
      new Array<number>(count).fill(1),
    );
    let looks = 0;
    const statusesLookedAt = new Proxy(outage.statuses, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
        const found: unknown = Reflect.get(target, key, target);
        return typeof found === 'function' ? (found.bind(target) as unknown) : found;
      },
    });
    const piece = { summary: pieceOfColumn(outage).summary, column: () => ({ ...outage, statuses: statusesLookedAt }) };
    const request = {
      aggregate: 'interpolative',
      fromMs: 0,
      toMs: count * 1_000,
      intervalMs: 10_000,
      limit: 10_000,
    } as const;
    const page = processedPage(sourceOfPieces(floats, [piece]), request, defaultConfiguration(floats));
    expect(page.timesMs).toHaveLength(count / 10);
    expect(looks).toBeLessThan(count * 8);
  });
});
