import { isNumericColumn, type DataType } from '@fieldwarden/core';
import type { HistoryBuckets, HistoryRows } from '@fieldwarden/service';

/** Rows that were answered piece by piece, as one. */
export function joinedRows(type: DataType, parts: readonly HistoryRows[]): HistoryRows {
  return {
    type,
    timesMs: floats(parts.map(({ timesMs }) => timesMs)),
    statuses: words(parts.map(({ statuses }) => statuses)),
    values: isNumericColumn(type)
      ? floats(parts.map(({ values }) => values as Float64Array))
      : parts.flatMap(({ values }) => [...(values as Exclude<HistoryRows['values'], Float64Array>)]),
  };
}

export function joinedBuckets(type: DataType, parts: readonly HistoryBuckets[]): HistoryBuckets {
  return {
    type,
    timesMs: floats(parts.map(({ timesMs }) => timesMs)),
    firsts: floats(parts.map(({ firsts }) => firsts)),
    minima: floats(parts.map(({ minima }) => minima)),
    maxima: floats(parts.map(({ maxima }) => maxima)),
    lasts: floats(parts.map(({ lasts }) => lasts)),
    counts: words(parts.map(({ counts }) => counts)),
    statuses: words(parts.map(({ statuses }) => statuses)),
    objects: isNumericColumn(type) ? undefined : parts.flatMap(({ objects }) => [...(objects ?? [])]),
  };
}

function floats(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

function words(parts: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from(parts.flatMap((part) => [...part]));
}
