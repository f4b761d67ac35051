import type { HistoryColumn } from '../block/history-column.js';

/** The same values as columns of at most `length`. */
export function splitColumn(column: HistoryColumn, length: number): HistoryColumn[] {
  const parts: HistoryColumn[] = [];
  for (let from = 0; from < column.timesMs.length; from += length) parts.push(slice(column, from, from + length));
  return parts;
}

function slice({ type, timesMs, statuses, values }: HistoryColumn, from: number, to: number): HistoryColumn {
  return {
    type,
    timesMs: timesMs.slice(from, to),
    statuses: statuses.slice(from, to),
    values:
      values.kind === 'objects'
        ? { kind: 'objects', objects: values.objects.slice(from, to) }
        : { kind: 'numbers', numbers: values.numbers.slice(from, to), absent: values.absent?.slice(from, to) },
  };
}
