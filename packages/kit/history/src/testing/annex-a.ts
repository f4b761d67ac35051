import { statusCodes, type DataType, type TagValue } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration, HistoryAggregateName } from '@fieldwarden/service';
import type { HistoryColumn } from '../block/history-column.js';
import { columnOf } from './columns.js';

/**
 * OPC 10000-13, Annex A: the four sets of data and what each aggregate makes of them between 12:00:00 and 12:01:40.
 *
 * Figures are those of the annex in edition 1.04, with four decimals as in the OPC Foundation's own test data (UA-.NET-Legacy, HistoricalAccess/Tester,
 * MIT), from which the annex is printed. Where that data is older than the text, the text counts; ADR 0057 lists these places:
 * `total` and `time-average` of Historian 3 (always sloped), the first `number-of-transitions`, `delta` of Bad values only, `multiValue` of `worst-quality`.
 */
export interface AnnexSet {
  readonly name: string;
  readonly column: HistoryColumn;
  readonly configuration: HistoryAggregateConfiguration;
}

/** 12:00:00 of some day. */
export const noonMs = Date.UTC(2012, 0, 2, 12);

const historian1 = '10 10 · 20 20 · 30 30 · 40 40 B · 50 50 · 60 60 · 70 70 U · 80 80 · 90 90';
const historian2 = '2 10 · 25 20 · 28 25 · 39 30 · 42 - B · 48 40 · 52 50 · 72 60 · 77 70 U · 83 70 · 86 80 · 90 90';
const historian4 = '2 T · 25 F · 28 T · 39 T · 42 - B · 48 T · 52 F · 72 F · 77 T U · 83 T · 86 F · 90 T';

const sloped: HistoryAggregateConfiguration = {
  treatUncertainAsBad: true,
  percentDataGood: 100,
  percentDataBad: 100,
  useSlopedExtrapolation: false,
  stepped: false,
};

export const annexSets: readonly AnnexSet[] = [
  { name: 'Historian 1', column: column(historian1, 'float64'), configuration: { ...sloped, treatUncertainAsBad: false } }, // prettier-ignore
  { name: 'Historian 2', column: column(historian2, 'float64'), configuration: sloped },
  { name: 'Historian 3', column: column(historian2, 'float64'), configuration: { ...sloped, stepped: true, percentDataGood: 50, percentDataBad: 50 } }, // prettier-ignore
  { name: 'Historian 4', column: column(historian4, 'bool'), configuration: { ...sloped, stepped: true } },
];

function column(text: string, scalar: DataType['scalar']): HistoryColumn {
  const values = text.split(' · ').map((one) => one.split(' '));
  const codes: Readonly<Record<string, number>> = { U: statusCodes.Uncertain, B: statusCodes.Bad };
  const known: Readonly<Record<string, TagValue | null>> = { T: true, F: false, '-': null };
  return columnOf(
    { scalar },
    Float64Array.from(values, ([second]) => noonMs + Number(second) * 1_000),
    Uint32Array.from(values, ([, , code = '']) => codes[code] ?? statusCodes.Good),
    values.map(([, value]) => (value in known ? known[value] : Number(value))),
  );
}

export interface AnnexTable {
  readonly aggregate: HistoryAggregateName;
  readonly intervalMs: number;
  /** Minute and second | one answer for each set: value, status, bits (C Calculated, I Interpolated, P Partial, MV MultipleValues). */
  readonly rows: string;
}

export const annexTables: readonly AnnexTable[] = [
  {
    aggregate: 'interpolative',
    intervalMs: 5_000,
    rows: `
      00:00 | BadNoData | BadNoData | BadNoData
      00:05 | BadNoData | 11.3043 Good I | 10 Good I
      00:10 | 10 Good | 13.4783 Good I | 10 Good I
      00:15 | 15 Good I | 15.6522 Good I | 10 Good I
      00:20 | 20 Good | 17.8261 Good I | 10 Good I
      00:25 | 25 Good I | 20 Good | 20 Good
      00:30 | 30 Good | 25.9091 Good I | 25 Good I
      00:35 | 35 UncertainDataSubNormal I | 28.1818 Good I | 25 Good I
      00:40 | 40 UncertainDataSubNormal I | 31.1111 UncertainDataSubNormal I | 30 Good I
      00:45 | 45 UncertainDataSubNormal I | 36.6667 UncertainDataSubNormal I | 30 UncertainDataSubNormal I
      00:50 | 50 Good | 45 Good I | 40 Good I
      00:55 | 55 Good I | 51.5 Good I | 50 Good I
      01:00 | 60 Good | 54 Good I | 50 Good I
      01:05 | 65 UncertainDataSubNormal I | 56.5 Good I | 50 Good I
      01:10 | 70 Uncertain | 59 Good I | 50 Good I
      01:15 | 75 UncertainDataSubNormal I | 62.7273 UncertainDataSubNormal I | 60 Good I
      01:20 | 80 Good | 67.2727 UncertainDataSubNormal I | 60 UncertainDataSubNormal I
      01:25 | 85 Good I | 76.6667 Good I | 70 Good I
      01:30 | 90 Good | 90 Good | 90 Good
      01:35 | 90 UncertainDataSubNormal I | 90 UncertainDataSubNormal I | 90 UncertainDataSubNormal I
    `,
  },
  {
    aggregate: 'average',
    intervalMs: 5_000,
    rows: `
      00:00 | BadNoData | 10 Good C | 10 Good C
      00:05 | BadNoData | BadNoData | BadNoData
      00:10 | 10 Good C | BadNoData | BadNoData
      00:15 | BadNoData | BadNoData | BadNoData
      00:20 | 20 Good C | BadNoData | BadNoData
      00:25 | BadNoData | 22.5 Good C | 22.5 Good C
      00:30 | 30 Good C | BadNoData | BadNoData
      00:35 | BadNoData | 30 Good C | 30 Good C
      00:40 | BadNoData | BadNoData | BadNoData
      00:45 | BadNoData | 40 Good C | 40 Good C
      00:50 | 50 Good C | 50 Good C | 50 Good C
      00:55 | BadNoData | BadNoData | BadNoData
      01:00 | 60 Good C | BadNoData | BadNoData
      01:05 | BadNoData | BadNoData | BadNoData
      01:10 | BadNoData | 60 Good C | 60 Good C
      01:15 | BadNoData | BadNoData | BadNoData
      01:20 | 80 Good C | 70 Good C | 70 Good C
      01:25 | BadNoData | 80 Good C | 80 Good C
      01:30 | 90 Good C | 90 Good C | 90 Good C
      01:35 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'time-average',
    intervalMs: 5_000,
    rows: `
      00:00 | BadNoData | 10.6522 UncertainDataSubNormal C P | 10.6522 UncertainDataSubNormal C P
      00:05 | BadNoData | 12.3913 Good C | 12.3913 Good C
      00:10 | 12.5 Good C | 14.5652 Good C | 14.5652 Good C
      00:15 | 17.5 Good C | 16.7391 Good C | 16.7391 Good C
      00:20 | 22.5 Good C | 18.913 Good C | 18.913 Good C
      00:25 | 27.5 Good C | 23.6818 Good C | 23.6818 Good C
      00:30 | 32.5 UncertainDataSubNormal C | 27.0455 Good C | 27.0455 Good C
      00:35 | 37.5 UncertainDataSubNormal C | 29.3838 UncertainDataSubNormal C | 29.3838 UncertainDataSubNormal C
      00:40 | 42.5 UncertainDataSubNormal C | 33.8889 UncertainDataSubNormal C | 33.8889 UncertainDataSubNormal C
      00:45 | 47.5 UncertainDataSubNormal C | 40 UncertainDataSubNormal C | 40 UncertainDataSubNormal C
      00:50 | 52.5 Good C | 49.45 Good C | 49.45 Good C
      00:55 | 57.5 Good C | 52.75 Good C | 52.75 Good C
      01:00 | 62.5 UncertainDataSubNormal C | 55.25 Good C | 55.25 Good C
      01:05 | 67.5 UncertainDataSubNormal C | 57.75 Good C | 57.75 Good C
      01:10 | 72.5 UncertainDataSubNormal C | 60.6182 UncertainDataSubNormal C | 60.6182 UncertainDataSubNormal C
      01:15 | 77.5 UncertainDataSubNormal C | 65 UncertainDataSubNormal C | 65 UncertainDataSubNormal C
      01:20 | 82.5 Good C | 70.5152 UncertainDataSubNormal C | 70.5152 UncertainDataSubNormal C
      01:25 | 87.5 Good C | 83.6667 Good C | 83.6667 Good C
      01:30 | 90 UncertainDataSubNormal C | 90 UncertainDataSubNormal C | 90 UncertainDataSubNormal C
      01:35 | 90 UncertainDataSubNormal C | 90 UncertainDataSubNormal C | 90 UncertainDataSubNormal C
    `,
  },
  {
    aggregate: 'time-average2',
    intervalMs: 5_000,
    rows: `
      00:00 | BadNoData | 10.6522 UncertainDataSubNormal C P | 10 Good C P
      00:05 | BadNoData | 12.3913 Good C | 10 Good C
      00:10 | 12.5 Good C | 14.5652 Good C | 10 Good C
      00:15 | 17.5 Good C | 16.7391 Good C | 10 Good C
      00:20 | 22.5 Good C | 18.913 Good C | 10 Good C
      00:25 | 27.5 Good C | 23.6818 Good C | 22 Good C
      00:30 | 30 UncertainDataSubNormal C | 27.0455 Good C | 25 Good C
      00:35 | 30 UncertainDataSubNormal C | 29.2727 UncertainDataSubNormal C | 26 Good C
      00:40 | BadNoData | 30 UncertainDataSubNormal C | Bad C
      00:45 | BadNoData | 42.5 UncertainDataSubNormal C | Bad C
      00:50 | 52.5 Good C | 49.45 Good C | 46 Good C
      00:55 | 57.5 Good C | 52.75 Good C | 50 Good C
      01:00 | 62.5 UncertainDataSubNormal C | 55.25 Good C | 50 Good C
      01:05 | 67.5 UncertainDataSubNormal C | 57.75 Good C | 50 Good C
      01:10 | 72.5 UncertainDataSubNormal C | 59.8 UncertainDataSubNormal C | 56 Good C
      01:15 | 77.5 UncertainDataSubNormal C | 60 UncertainDataSubNormal C | Bad C
      01:20 | 82.5 Good C | 73.3333 UncertainDataSubNormal C | Bad C
      01:25 | 87.5 Good C | 83.6667 Good C | 78 Good C
      01:30 | 90 UncertainDataSubNormal C P | 90 UncertainDataSubNormal C P | 90 Good C P
      01:35 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'total',
    intervalMs: 5_000,
    rows: `
      00:00 | BadNoData | 31.9565 UncertainDataSubNormal C P | 31.9565 UncertainDataSubNormal C P
      00:05 | BadNoData | 61.9565 Good C | 61.9565 Good C
      00:10 | 62.5 Good C | 72.8261 Good C | 72.8261 Good C
      00:15 | 87.5 Good C | 83.6957 Good C | 83.6957 Good C
      00:20 | 112.5 Good C | 94.5652 Good C | 94.5652 Good C
      00:25 | 137.5 Good C | 118.4091 Good C | 118.4091 Good C
      00:30 | 162.5 UncertainDataSubNormal C | 135.2273 Good C | 135.2273 Good C
      00:35 | 187.5 UncertainDataSubNormal C | 146.9192 UncertainDataSubNormal C | 146.9192 UncertainDataSubNormal C
      00:40 | 212.5 UncertainDataSubNormal C | 169.4444 UncertainDataSubNormal C | 169.4444 UncertainDataSubNormal C
      00:45 | 237.5 UncertainDataSubNormal C | 200 UncertainDataSubNormal C | 200 UncertainDataSubNormal C
      00:50 | 262.5 Good C | 247.25 Good C | 247.25 Good C
      00:55 | 287.5 Good C | 263.75 Good C | 263.75 Good C
      01:00 | 312.5 UncertainDataSubNormal C | 276.25 Good C | 276.25 Good C
      01:05 | 337.5 UncertainDataSubNormal C | 288.75 Good C | 288.75 Good C
      01:10 | 362.5 UncertainDataSubNormal C | 303.0909 UncertainDataSubNormal C | 303.0909 UncertainDataSubNormal C
      01:15 | 387.5 UncertainDataSubNormal C | 325 UncertainDataSubNormal C | 325 UncertainDataSubNormal C
      01:20 | 412.5 Good C | 352.5758 UncertainDataSubNormal C | 352.5758 UncertainDataSubNormal C
      01:25 | 437.5 Good C | 418.3333 Good C | 418.3333 Good C
      01:30 | 450 UncertainDataSubNormal C | 450 UncertainDataSubNormal C | 450 UncertainDataSubNormal C
      01:35 | 450 UncertainDataSubNormal C | 450 UncertainDataSubNormal C | 450 UncertainDataSubNormal C
    `,
  },
  {
    aggregate: 'minimum',
    intervalMs: 16_000,
    rows: `
      00:00 | 10 Good C P | 10 Good C P | 10 Good C P
      00:16 | 20 Good C | 20 Good C | 20 Good C
      00:32 | BadNoData | 30 UncertainDataSubNormal C | 30 UncertainDataSubNormal C
      00:48 | 50 Good C | 40 Good | 40 Good
      01:04 | BadNoData | 60 UncertainDataSubNormal C | 60 UncertainDataSubNormal C
      01:20 | 80 Good P | 70 Good C P | 70 Good C P
      01:36 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'maximum',
    intervalMs: 16_000,
    rows: `
      00:00 | 10 Good C P | 10 Good C P | 10 Good C P
      00:16 | 30 Good C | 25 Good C | 25 Good C
      00:32 | BadNoData | 30 UncertainDataSubNormal C | 30 UncertainDataSubNormal C
      00:48 | 60 Good C | 50 Good C | 50 Good C
      01:04 | BadNoData | 60 UncertainDataSubNormal C | 60 UncertainDataSubNormal C
      01:20 | 90 Good C P | 90 Good C P | 90 Good C P
      01:36 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'range',
    intervalMs: 16_000,
    rows: `
      00:00 | 0 Good C P | 0 Good C P | 0 Good C P
      00:16 | 10 Good C | 5 Good C | 5 Good C
      00:32 | BadNoData | 0 UncertainDataSubNormal C | 0 UncertainDataSubNormal C
      00:48 | 10 Good C | 10 Good C | 10 Good C
      01:04 | BadNoData | 0 UncertainDataSubNormal C | 0 UncertainDataSubNormal C
      01:20 | 10 Good C P | 20 Good C P | 20 Good C P
      01:36 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'count',
    intervalMs: 16_000,
    rows: `
      00:00 | 1 Good C P | 1 Good C P | 1 Good C P | 1 Good C P
      00:16 | 2 Good C | 2 Good C | 2 Good C | 2 Good C
      00:32 | Bad | 1 UncertainDataSubNormal C | Bad | 1 UncertainDataSubNormal C
      00:48 | 2 Good C | 2 Good C | 2 Good C | 2 Good C
      01:04 | 0 UncertainDataSubNormal C | 1 UncertainDataSubNormal C | 1 Good C | 1 UncertainDataSubNormal C
      01:20 | 2 Good C P | 3 Good C P | 3 Good C P | 3 Good C P
      01:36 | BadNoData | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'number-of-transitions',
    intervalMs: 16_000,
    rows: `
      00:00 | 1 Good C P | 1 Good C P | 1 Good C P | 1 Good C P
      00:16 | 2 Good C | 2 Good C | 2 Good C | 2 Good C
      00:32 | Bad | 1 UncertainDataSubNormal C | Bad | 0 UncertainDataSubNormal C
      00:48 | 2 Good C | 2 Good C | 2 Good C | 1 Good C
      01:04 | 1 UncertainDataSubNormal C | 1 UncertainDataSubNormal C | 1 Good C | 0 UncertainDataSubNormal C
      01:20 | 2 Good C P | 3 Good C P | 3 Good C P | 3 Good C P
      01:36 | BadNoData | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'delta',
    intervalMs: 16_000,
    rows: `
      00:00 | 0 Good C P | 0 Good C P | 0 Good C P
      00:16 | 10 Good C | 5 Good C | 5 Good C
      00:32 | BadNoData | 0 UncertainDataSubNormal C | 0 UncertainDataSubNormal C
      00:48 | 10 Good C | 10 Good C | 10 Good C
      01:04 | 0 UncertainDataSubNormal C | 0 UncertainDataSubNormal C | 0 UncertainDataSubNormal C
      01:20 | 10 Good C P | 20 Good C P | 20 Good C P
      01:36 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'start-bound',
    intervalMs: 16_000,
    rows: `
      00:00 | BadNoData P | BadNoData P | BadNoData P
      00:16 | 16 Good I | 16.087 Good I | 10 Good I
      00:32 | 30 UncertainDataSubNormal I | 26.8182 Good I | 25 Good I
      00:48 | BadNoData | 40 Good | 40 Good
      01:04 | 64 UncertainDataSubNormal I | 56 Good I | 50 Good I
      01:20 | 80 Good P | BadNoData P | BadNoData P
      01:36 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'end-bound',
    intervalMs: 16_000,
    rows: `
      00:00 | 16 Good C P | 16.087 Good C P | 10 Good C P
      00:16 | 30 UncertainDataSubNormal C | 26.8182 Good C | 25 Good C
      00:32 | BadNoData C | 40 Good C | 40 Good C
      00:48 | 64 UncertainDataSubNormal C | 56 Good C | 50 Good C
      01:04 | 80 Good C | BadNoData C | BadNoData C
      01:20 | BadNoData C P | BadNoData C P | BadNoData C P
      01:36 | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'duration-good',
    intervalMs: 16_000,
    rows: `
      00:00 | 6000 Good C P | 14000 Good C P | 14000 Good C P | 14000 Good C P
      00:16 | 16000 Good C | 16000 Good C | 16000 Good C | 16000 Good C
      00:32 | 0 Good C | 10000 Good C | 10000 Good C | 10000 Good C
      00:48 | 14000 Good C | 16000 Good C | 16000 Good C | 16000 Good C
      01:04 | 0 Good C | 13000 Good C | 13000 Good C | 13000 Good C
      01:20 | 10001 Good C P | 7001 Good C P | 7001 Good C P | 7001 Good C P
      01:36 | BadNoData | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'duration-bad',
    intervalMs: 16_000,
    rows: `
      00:00 | 10000 Good C P | 2000 Good C P | 2000 Good C P | 2000 Good C P
      00:16 | 0 Good C | 0 Good C | 0 Good C | 0 Good C
      00:32 | 8000 Good C | 6000 Good C | 6000 Good C | 6000 Good C
      00:48 | 2000 Good C | 0 Good C | 0 Good C | 0 Good C
      01:04 | 0 Good C | 3000 Good C | 3000 Good C | 3000 Good C
      01:20 | 0 Good C P | 3000 Good C P | 3000 Good C P | 3000 Good C P
      01:36 | BadNoData | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'percent-good',
    intervalMs: 16_000,
    rows: `
      00:00 | 37.5 Good C P | 87.5 Good C P | 87.5 Good C P | 87.5 Good C P
      00:16 | 100 Good C | 100 Good C | 100 Good C | 100 Good C
      00:32 | 0 Good C | 62.5 Good C | 62.5 Good C | 62.5 Good C
      00:48 | 87.5 Good C | 100 Good C | 100 Good C | 100 Good C
      01:04 | 0 Good C | 81.25 Good C | 81.25 Good C | 81.25 Good C
      01:20 | 100 Good C P | 70.003 Good C P | 70.003 Good C P | 70.003 Good C P
      01:36 | BadNoData | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'percent-bad',
    intervalMs: 16_000,
    rows: `
      00:00 | 62.5 Good C P | 12.5 Good C P | 12.5 Good C P | 12.5 Good C P
      00:16 | 0 Good C | 0 Good C | 0 Good C | 0 Good C
      00:32 | 50 Good C | 37.5 Good C | 37.5 Good C | 37.5 Good C
      00:48 | 12.5 Good C | 0 Good C | 0 Good C | 0 Good C
      01:04 | 0 Good C | 18.75 Good C | 18.75 Good C | 18.75 Good C
      01:20 | 0 Good C P | 29.997 Good C P | 29.997 Good C P | 29.997 Good C P
      01:36 | BadNoData | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'worst-quality',
    intervalMs: 16_000,
    rows: `
      00:00 | Good Good C P | Good Good C P | Good Good C P | Good Good C P
      00:16 | Good Good C MV | Good Good C MV | Good Good C MV | Good Good C MV
      00:32 | Bad Good C | Bad Good C | Bad Good C | Bad Good C
      00:48 | Good Good C MV | Good Good C MV | Good Good C MV | Good Good C MV
      01:04 | Uncertain Good C | Uncertain Good C | Uncertain Good C | Uncertain Good C
      01:20 | Good Good C P MV | Good Good C P MV | Good Good C P MV | Good Good C P MV
      01:36 | BadNoData | BadNoData | BadNoData | BadNoData
    `,
  },
  {
    aggregate: 'standard-deviation',
    intervalMs: 20_000,
    rows: `
      00:00 | 0 Good C P | 0 Good C P | 0 Good C P
      00:20 | 7.0711 Good C | 5 Good C | 5 Good C
      00:40 | 0 UncertainDataSubNormal C | 7.0711 UncertainDataSubNormal C | 7.0711 UncertainDataSubNormal C
      01:00 | 0 UncertainDataSubNormal C | 0 UncertainDataSubNormal C | 0 UncertainDataSubNormal C
      01:20 | 7.0711 Good C P | 10 Good C P | 10 Good C P
    `,
  },
];
