import { isNumericColumn, type DataType } from './data-type.js';
import { statusCodes, type StatusCode } from './status.js';
import type { TagValue } from './value.js';

/**
 * A batch of values as columns: row i is point i of the plan it was made for. This is how values travel from a session to the
 * tag store, in one process or across two: no object per value.
 *
 * Whoever fills it sets every row: `setNumber`, `setObject` or `setBad`.
 */
export class ValueColumns {
  readonly length: number;
  /** Numeric value per row: bool as 0/1, datetime as ms since 1970 UTC. Meaningless where `objects` has the row, or where the status is Bad. */
  readonly values: Float64Array;
  /** OPC UA StatusCode per row. */
  readonly statuses: Uint32Array;
  /** ms since 1970 UTC, per row. */
  readonly sourceTimes: Float64Array;
  /** Strings, bytes, 64-bit integers and arrays, by row. Undefined until the first one. */
  objects: Map<number, TagValue> | undefined;

  constructor(length: number) {
    this.length = length;
    this.values = new Float64Array(length);
    this.statuses = new Uint32Array(length);
    this.sourceTimes = new Float64Array(length);
  }

  setNumber(row: number, value: number, sourceAtMs: number): void {
    this.values[row] = value;
    this.statuses[row] = statusCodes.Good;
    this.sourceTimes[row] = sourceAtMs;
  }

  setObject(row: number, value: TagValue, sourceAtMs: number): void {
    (this.objects ??= new Map()).set(row, value);
    this.statuses[row] = statusCodes.Good;
    this.sourceTimes[row] = sourceAtMs;
  }

  /** Puts `value` into the column its type lives in. */
  set(row: number, value: TagValue, type: DataType, sourceAtMs: number): void {
    if (isNumericColumn(type)) this.setNumber(row, Number(value), sourceAtMs);
    else this.setObject(row, value, sourceAtMs);
  }

  setBad(row: number, status: StatusCode, sourceAtMs: number): void {
    this.statuses[row] = status;
    this.sourceTimes[row] = sourceAtMs;
  }

  fillBad(status: StatusCode, sourceAtMs: number): void {
    this.statuses.fill(status);
    this.sourceTimes.fill(sourceAtMs);
  }
}
