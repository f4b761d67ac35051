import { statusCodes, type StatusCode, type TagValue } from '@fieldwarden/core';

/**
 * The present values of an expression's dependencies, by their index. The owner writes them as they change and evaluates: no object per
 * value. Before the first value of an input its status is Bad.
 */
export class ExpressionInputs {
  /** Of inputs of type bool (0 or 1), float, time, and integers of up to 32 bits. */
  readonly numbers: Float64Array;
  /** Of inputs of any other type. */
  readonly objects: unknown[];
  readonly statuses: Uint32Array;
  /** Source times, ms since 1970 UTC. */
  readonly timesMs: Float64Array;

  constructor(count: number) {
    this.numbers = new Float64Array(count);
    this.objects = Array.from({ length: count }, () => null);
    this.statuses = new Uint32Array(count).fill(statusCodes.BadWaitingForInitialData);
    this.timesMs = new Float64Array(count);
  }

  /** A null value has to come with a Bad status. */
  set(index: number, value: TagValue | null, status: StatusCode, sourceAtMs: number): void {
    if (typeof value === 'number' || typeof value === 'boolean') this.numbers[index] = Number(value);
    this.objects[index] = value;
    this.statuses[index] = value === null && status >>> 30 < 2 ? statusCodes.BadNoData : status;
    this.timesMs[index] = sourceAtMs;
  }
}
