import assert from 'node:assert/strict';
import { isBad, isGood, type GatewayError } from '@fieldwarden/core';
import type { Point, UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import { waitFor } from '../../wait-for.js';
import type { ContractDevice } from '../fixture.js';
import { asStableError, patienceOf, rowOf, type Row } from './exchange.js';

/** A sink that keeps the latest row of each point. */
export class LatestRows implements UpdateSink {
  readonly points: readonly Point[];
  rows: (Row | undefined)[];
  failure: GatewayError | undefined;

  readonly #timeoutMs: number;

  constructor(device: ContractDevice, points: readonly Point[]) {
    this.#timeoutMs = patienceOf(device);
    this.points = points;
    this.rows = points.map(() => undefined);
  }

  push({ length, rows, columns }: UpdateBatch): void {
    for (let i = 0; i < length; i++) {
      const point = this.points[rows[i]];
      assert(point, `row ${rows[i]} of a subscription of ${this.points.length} points`);
      this.rows[rows[i]] = rowOf(columns, i, point);
    }
  }

  fail(error: GatewayError): void {
    this.failure = asStableError(error);
  }

  forget(): void {
    this.rows = this.points.map(() => undefined);
    this.failure = undefined;
  }

  complete(): Promise<readonly Row[]> {
    return waitFor(() => this.#completeRows(), {
      what: 'the first value of each point',
      timeoutMs: this.#timeoutMs,
    });
  }

  #completeRows(): readonly Row[] | false {
    const present = this.rows.filter((row) => row !== undefined);
    return present.length === this.rows.length && present;
  }

  allGood(): boolean {
    return this.rows.every((row) => row && isGood(row.status));
  }

  allBad(): boolean {
    return this.rows.every((row) => row && isBad(row.status));
  }
}
