import { ValueColumns } from '@fieldwarden/core';
import type { UpdateBatch } from '@fieldwarden/driver';

/** The newest value of each point that could not be sent yet. Never more than one per point. */
export class WaitingRows {
  readonly #points: number;
  /** Made when first needed: a subscription that always has credits never pays for it. */
  #held: HeldRows | undefined;

  constructor(points: number) {
    this.#points = points;
  }

  get count(): number {
    return this.#held?.count ?? 0;
  }

  /** Takes indexes `from`… of `batch` over. Returns how many older values they replaced. */
  merge({ columns, rows, length }: UpdateBatch, from: number): number {
    const held = (this.#held ??= newHeldRows(this.#points));
    const before = held.count;
    for (let index = from; index < length; index += 1) {
      const row = rows[index];
      if (held.waits[row] === 0) {
        held.waits[row] = 1;
        held.order[held.count++] = row;
      }
      copyRow(columns, index, held.newest, row);
    }
    return length - from - (held.count - before);
  }

  /** Removes and returns up to `limit` rows, oldest change first. */
  take(limit: number): UpdateBatch {
    const held = this.#held ?? newHeldRows(0);
    const rows = held.order.slice(0, Math.min(limit, held.count));
    const columns = new ValueColumns(rows.length);
    rows.forEach((row, index) => {
      copyRow(held.newest, row, columns, index);
      held.newest.objects?.delete(row);
      held.waits[row] = 0;
    });
    held.order.copyWithin(0, rows.length, held.count);
    held.count -= rows.length;
    return { length: rows.length, rows, columns };
  }

  /** Forgets all; returns how many values that were. */
  clear(): number {
    const { count } = this;
    this.#held = undefined;
    return count;
  }
}

interface HeldRows {
  readonly newest: ValueColumns;
  /** 1 for a row that waits. */
  readonly waits: Uint8Array;
  /** The rows that wait, in the order in which they first changed. */
  readonly order: Uint32Array;
  count: number;
}

function newHeldRows(points: number): HeldRows {
  return { newest: new ValueColumns(points), waits: new Uint8Array(points), order: new Uint32Array(points), count: 0 };
}

function copyRow(source: ValueColumns, from: number, target: ValueColumns, to: number): void {
  target.values[to] = source.values[from];
  target.statuses[to] = source.statuses[from];
  target.sourceTimes[to] = source.sourceTimes[from];
  const object = source.objects?.get(from);
  if (object === undefined) target.objects?.delete(to);
  else (target.objects ??= new Map()).set(to, object);
}
