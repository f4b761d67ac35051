import { isNumericColumn, type DataType, type TagValue } from '@fieldwarden/core';
import type { HistoryColumn } from '@fieldwarden/history-kit';
import type { RowBatch } from '../records/row-batch.js';

/** Puts ranges of rows of one tag together, by time; those of one time in the order in which they came. No object per row. */
export class ColumnBuilder {
  readonly #type: DataType;
  readonly #ranges: (readonly [rows: RowBatch, from: number, to: number])[] = [];
  #count = 0;

  constructor(type: DataType) {
    this.#type = type;
  }

  addRange(rows: RowBatch, from: number, to: number): void {
    if (to === from) return;
    this.#ranges.push([rows, from, to]);
    this.#count += to - from;
  }

  /** Undefined if there is none. */
  finish(): HistoryColumn | undefined {
    if (this.#count === 0) return undefined;
    const column = this.#inOrderOfArrival();
    return isOrdered(column.timesMs) ? column : sorted(column);
  }

  #inOrderOfArrival(): HistoryColumn {
    const type = this.#type;
    const timesMs = new Float64Array(this.#count);
    const statuses = new Uint32Array(this.#count);
    const numbers = new Float64Array(isNumericColumn(type) ? this.#count : 0);
    const objects: (TagValue | null)[] = [];
    let at = 0;
    for (const [rows, from, to] of this.#ranges) {
      timesMs.set(rows.timesMs.subarray(from, to), at);
      statuses.set(rows.statuses.subarray(from, to), at);
      if (numbers.length > 0) numbers.set(rows.values.subarray(from, to), at);
      else for (let row = from; row < to; row += 1) objects.push(rows.objects.get(row) ?? null);
      at += to - from;
    }
    const values = isNumericColumn(type)
      ? ({ kind: 'numbers', numbers } as const)
      : ({ kind: 'objects', objects } as const);
    return { type, timesMs, statuses, values };
  }
}

function isOrdered(timesMs: Float64Array): boolean {
  for (let i = 1; i < timesMs.length; i += 1) if (timesMs[i] < timesMs[i - 1]) return false;
  return true;
}

function sorted({ type, timesMs, statuses, values }: HistoryColumn): HistoryColumn {
  const order = Uint32Array.from(timesMs, (_, i) => i).sort((a, b) => timesMs[a] - timesMs[b] || a - b);
  return {
    type,
    timesMs: Float64Array.from(order, (i) => timesMs[i]),
    statuses: Uint32Array.from(order, (i) => statuses[i]),
    values:
      values.kind === 'objects'
        ? { kind: 'objects', objects: Array.from(order, (i) => values.objects[i]) }
        : { kind: 'numbers', numbers: Float64Array.from(order, (i) => values.numbers[i]) },
  };
}
