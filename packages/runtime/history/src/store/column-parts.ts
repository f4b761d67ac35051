import { maxBlockValues, type HistoryColumn, type HistoryValues } from '@fieldwarden/history-kit';
import { hourOf } from '../records/record-key.js';

/** Values of one block: what a reader unpacks for one of them. */
const blockValues = Math.min(4_096, maxBlockValues);

export interface HourPart {
  readonly hour: number;
  readonly part: number;
  readonly column: HistoryColumn;
}

/** A column cut at the hours of UTC, and into blocks that a reader unpacks at once. */
export function partsOf(column: HistoryColumn): readonly HourPart[] {
  const { timesMs } = column;
  const parts: HourPart[] = [];
  let part = 0;
  for (let from = 0; from < timesMs.length;) {
    const hour = hourOf(timesMs[from]);
    let to = from + 1;
    while (to < timesMs.length && to - from < blockValues && hourOf(timesMs[to]) === hour) to += 1;
    part = parts.at(-1)?.hour === hour ? part + 1 : 0;
    parts.push({ hour, part, column: slice(column, from, to) });
    from = to;
  }
  return parts;
}

/** Rows `from` up to `to`. */
export function slice({ type, timesMs, statuses, values }: HistoryColumn, from: number, to: number): HistoryColumn {
  return {
    type,
    timesMs: timesMs.slice(from, to),
    statuses: statuses.slice(from, to),
    values: slicedValues(values, from, to),
  };
}

function slicedValues(values: HistoryValues, from: number, to: number): HistoryValues {
  if (values.kind === 'objects') return { kind: 'objects', objects: values.objects.slice(from, to) };
  const absent = values.absent?.slice(from, to);
  return { kind: 'numbers', numbers: values.numbers.slice(from, to), absent };
}
