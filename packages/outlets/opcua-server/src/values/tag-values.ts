import { isBad, type StatusCode } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import { DataValue } from 'node-opcua';
import { uaStatus } from './ua-status.js';
import { toVariant } from './ua-types.js';

/** Present values of the store as the library's DataValues. */
export class TagValues {
  readonly #store: TagSource;
  /** Tags of one scan share their times to the millisecond, and nobody changes a Date of a DataValue. */
  #lastDate = new Date(0);

  constructor(store: TagSource) {
    this.#store = store;
  }

  /** Value, exact status, source time and server time of a tag. A Bad status comes without a value (OPC 10000-4, 7.11). */
  read(handle: number): DataValue {
    const { value, status, sourceAtMs, serverAtMs } = this.#store.read(handle);
    const type = this.#store.definition(handle)?.type;
    const result = this.bare(status, sourceAtMs, serverAtMs);
    if (type && !isBad(status)) result.value = toVariant(value, type);
    return result;
  }

  /** A status with its times and no value. */
  bare(status: StatusCode, sourceAtMs: number, serverAtMs: number): DataValue {
    const result = new DataValue(null);
    result.statusCode = uaStatus(status);
    result.sourceTimestamp = this.#date(sourceAtMs);
    result.sourcePicoseconds = picosecondsOf(sourceAtMs);
    result.serverTimestamp = this.#date(serverAtMs);
    result.serverPicoseconds = picosecondsOf(serverAtMs);
    return result;
  }

  #date(ms: number): Date {
    if (this.#lastDate.getTime() !== Math.trunc(ms)) this.#lastDate = new Date(ms);
    return this.#lastDate;
  }
}

/** Of a millisecond; the library puts them into the DateTime, whose steps are 100 ns. */
const picosecondsPerMs = 1e9;
const picosecondsPerStep = 1e5;

/** What a Date has no room for, in whole steps of 100 ns. */
export function picosecondsOf(ms: number): number {
  const fraction = ms - Math.trunc(ms);
  if (fraction === 0) return 0;
  return Math.min(Math.round((fraction * picosecondsPerMs) / picosecondsPerStep), 9_999) * picosecondsPerStep;
}
