import { isNumericColumn, type DataType, type TagValue } from '@fieldwarden/core';
import type { HistoryRows } from '@fieldwarden/service';

/** Rows of one answer, as columns. */
export class RowsBuilder {
  private readonly type: DataType;
  private readonly timesMs: number[] = [];
  private readonly statuses: number[] = [];
  private readonly values: (TagValue | null)[] = [];

  constructor(type: DataType) {
    this.type = type;
  }

  get length(): number {
    return this.timesMs.length;
  }

  /** Bool comes as 0 or 1. */
  add(timeMs: number, status: number, value: TagValue | null): void {
    this.timesMs.push(timeMs);
    this.statuses.push(status);
    this.values.push(value);
  }

  rows(): HistoryRows {
    const { type, values } = this;
    return {
      type,
      timesMs: Float64Array.from(this.timesMs),
      statuses: Uint32Array.from(this.statuses),
      values: isNumericColumn(type)
        ? Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)))
        : values,
    };
  }
}
