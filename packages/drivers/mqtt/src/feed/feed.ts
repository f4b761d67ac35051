import {
  isBad,
  isGood,
  isNumericColumn,
  statusCodes,
  ValueColumns,
  type GatewayError,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import type { Point, Subscription, UpdateSink } from '@fieldwarden/driver';
import type { Reading } from '../payload/decoder.js';

/** How the present value of a point stands. */
interface Present {
  value: TagValue | undefined;
  status: StatusCode;
  sourceAtMs: number;
}

/** One subscription of the runtime: its points, what each has at present, and the sink that is told. Rows are points. */
export class Feed implements Subscription {
  readonly deviceId: string;
  readonly points: readonly Point[];
  readonly #sink: UpdateSink;
  readonly #present: (Present | undefined)[];
  /** 1: told before the connection was lost, and not since. */
  readonly #stale: Uint8Array;
  /** Rows told since the last `flush`, oldest first. */
  #told: number[] = [];

  constructor(deviceId: string, points: readonly Point[], sink: UpdateSink) {
    this.deviceId = deviceId;
    this.points = points;
    this.#sink = sink;
    this.#present = points.map(() => undefined);
    this.#stale = new Uint8Array(points.length);
  }

  /** A message said something of the point. */
  tell(row: number, reading: Reading): void {
    this.#set(row, reading.value, reading.status, reading.sourceAtMs);
  }

  /** A failure of the point alone, seen at `atMs`; its last value is remembered for `doubt`. */
  fail(row: number, status: StatusCode, atMs: number): void {
    const value = this.#present[row]?.value;
    this.#set(row, value, status, atMs);
  }

  /** The value may be old: it keeps its time. False where there is none, or none that counts. */
  doubt(row: number): boolean {
    const present = this.#present[row];
    if (present?.value === undefined || !isGood(present.status)) return false;
    this.#set(row, present.value, statusCodes.UncertainLastUsableValue, present.sourceAtMs);
    return true;
  }

  /** The point has failed at `atMs` already, with this status. */
  hasStatus(row: number, status: StatusCode): boolean {
    return this.#present[row]?.status === status;
  }

  /** The connection is lost: everything is Bad until it is told again. */
  lose(error: GatewayError): void {
    this.#told = [];
    this.#stale.fill(1);
    this.#sink.fail(error);
  }

  /** The connection is back, and what came in between nobody knows: values from before are uncertain, points without one wait. */
  regain(atMs: number): void {
    for (const [row, present] of this.#present.entries()) {
      if (this.#stale[row] === 0) continue;
      if (!present) this.#set(row, undefined, statusCodes.BadWaitingForInitialData, atMs);
      else if (!this.doubt(row)) this.#mark(row);
      this.#stale[row] = 0;
    }
    this.flush();
  }

  /** Hands over what was told. */
  flush(): void {
    const rows = this.#told;
    if (rows.length === 0) return;
    this.#told = [];
    const columns = new ValueColumns(rows.length);
    rows.forEach((row, i) => this.#write(columns, i, row));
    this.#sink.push({ length: rows.length, rows: Uint32Array.from(rows), columns });
  }

  #set(row: number, value: TagValue | undefined, status: StatusCode, sourceAtMs: number): void {
    this.#present[row] = { value, status, sourceAtMs };
    this.#stale[row] = 0;
    this.#mark(row);
  }

  #mark(row: number): void {
    if (this.#told.at(-1) !== row) this.#told.push(row);
  }

  #write(columns: ValueColumns, i: number, row: number): void {
    const { value, status, sourceAtMs } = this.#present[row]!;
    const { type } = this.points[row];
    if (value !== undefined && !isBad(status)) columns.set(i, value, type, sourceAtMs);
    else if (value !== undefined && isNumericColumn(type)) columns.values[i] = Number(value);
    columns.statuses[i] = status;
    columns.sourceTimes[i] = sourceAtMs;
  }
}
