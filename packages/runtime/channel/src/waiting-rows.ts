import { ValueColumns } from '@fieldwarden/core';
import type { UpdateBatch } from '@fieldwarden/driver';

/** The newest value of each point that could not be sent yet. Never more than one per point. */
export class WaitingRows {
  readonly #points: number;
  /** Made when first needed: a subscription that always has credits never pays for it. */
  #newest: ValueColumns | undefined;
  /** Rows in the order in which they first changed. */
  readonly #rows = new Set<number>();

  constructor(points: number) {
    this.#points = points;
  }

  get count(): number {
    return this.#rows.size;
  }

  /** Takes indexes `from`… of `batch` over. Returns how many older values they replaced. */
  merge(batch: UpdateBatch, from: number): number {
    const newest = (this.#newest ??= new ValueColumns(this.#points));
    let replaced = 0;
    for (let index = from; index < batch.length; index += 1) {
      const row = batch.rows[index];
      if (this.#rows.has(row)) replaced += 1;
      else this.#rows.add(row);
      copyRow(batch.columns, index, newest, row);
    }
    return replaced;
  }

  /** Removes and returns up to `limit` rows, oldest change first. */
  take(limit: number): UpdateBatch {
    const length = Math.min(limit, this.#rows.size);
    const rows = new Uint32Array(length);
    const columns = new ValueColumns(length);
    let index = 0;
    for (const row of this.#rows) {
      if (index === length) break;
      rows[index] = row;
      copyRow(this.#newest!, row, columns, index);
      this.#newest!.objects?.delete(row);
      this.#rows.delete(row);
      index += 1;
    }
    return { length, rows, columns };
  }

  /** Forgets all; returns how many values that were. */
  clear(): number {
    const { size } = this.#rows;
    this.#rows.clear();
    this.#newest?.objects?.clear();
    return size;
  }
}

function copyRow(source: ValueColumns, from: number, target: ValueColumns, to: number): void {
  target.values[to] = source.values[from];
  target.statuses[to] = source.statuses[from];
  target.sourceTimes[to] = source.sourceTimes[from];
  const object = source.objects?.get(from);
  if (object === undefined) target.objects?.delete(to);
  else (target.objects ??= new Map()).set(to, object);
}
