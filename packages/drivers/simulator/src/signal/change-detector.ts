import { isNumericColumn, ValueColumns, type TagValue } from '@fieldwarden/core';
import type { Point, UpdateBatch } from '@fieldwarden/driver';

/** Compares each sample of a subscription with what was last delivered. */
export class ChangeDetector {
  /** Fill it with a sample of every point, then `take`. */
  readonly latest: ValueColumns;
  readonly #points: readonly Point[];
  readonly #delivered: ValueColumns;
  /** False until something has been delivered, and after a failure: the next sample counts as change throughout. */
  #known = false;

  constructor(points: readonly Point[]) {
    this.#points = points;
    this.latest = new ValueColumns(points.length);
    this.#delivered = new ValueColumns(points.length);
  }

  /** The rows whose value or status is not the delivered one. */
  take(): UpdateBatch {
    const changed = [...this.#points.keys()].filter((row) => !this.#known || this.#differs(row));
    const columns = new ValueColumns(changed.length);
    changed.forEach((row, i) => {
      copyRow(this.latest, row, columns, i);
      copyRow(this.latest, row, this.#delivered, row);
    });
    this.#known = true;
    return { length: changed.length, rows: Uint32Array.from(changed), columns };
  }

  reset(): void {
    this.#known = false;
  }

  #differs(row: number): boolean {
    const { latest } = this;
    if (latest.statuses[row] !== this.#delivered.statuses[row]) return true;
    return isNumericColumn(this.#points[row].type)
      ? !Object.is(latest.values[row], this.#delivered.values[row])
      : !sameObject(latest.objects?.get(row), this.#delivered.objects?.get(row));
  }
}

function copyRow(from: ValueColumns, fromRow: number, to: ValueColumns, toRow: number): void {
  to.values[toRow] = from.values[fromRow];
  to.statuses[toRow] = from.statuses[fromRow];
  to.sourceTimes[toRow] = from.sourceTimes[fromRow];
  const object = from.objects?.get(fromRow);
  if (object !== undefined) (to.objects ??= new Map()).set(toRow, object);
}

/** Memory hands out the same object until it is written anew; arrays of waves are new each time. */
function sameObject(a: TagValue | undefined, b: TagValue | undefined): boolean {
  if (a === b) return true;
  if (!isSequence(a) || !isSequence(b) || a.length !== b.length) return false;
  return Array.prototype.every.call(a, (element, i) => Object.is(element, b[i]));
}

function isSequence(value: TagValue | undefined): value is Exclude<TagValue, number | boolean | bigint> {
  return typeof value === 'object';
}
