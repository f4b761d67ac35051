import type { TagValue } from '@fieldwarden/core';
import { columnsOver, rowBytes, type RowBatch } from '../records/row-batch.js';

export interface BatchSink {
  /** The memory of the columns goes to whoever takes it. */
  record(batch: RowBatch): void;
}

const capacity = 8_192;

/** Puts rows together into columns that are handed on when they are full, or when somebody says so. */
export class BatchWriter {
  readonly #sink: BatchSink;
  #columns = columnsOver(new ArrayBuffer(capacity * rowBytes), capacity);
  #objects = new Map<number, TagValue>();
  #count = 0;

  constructor(sink: BatchSink) {
    this.#sink = sink;
  }

  add(tag: number, atMs: number, value: number, status: number, object: TagValue | undefined): void {
    const row = this.#count;
    const { tags, timesMs, values, statuses } = this.#columns;
    tags[row] = tag;
    timesMs[row] = atMs;
    values[row] = value;
    statuses[row] = status;
    if (object !== undefined) this.#objects.set(row, object);
    this.#count = row + 1;
    if (this.#count === capacity) this.flush();
  }

  flush(): void {
    if (this.#count === 0) return;
    const batch = { ...this.#columns, count: this.#count, objects: this.#objects };
    this.#columns = columnsOver(new ArrayBuffer(capacity * rowBytes), capacity);
    this.#objects = new Map();
    this.#count = 0;
    this.#sink.record(batch);
  }
}
