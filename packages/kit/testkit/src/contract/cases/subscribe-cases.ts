import assert from 'node:assert/strict';
import { isBad, isGood, statusName, type GatewayError } from '@fieldwarden/core';
import type { Point, UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import { testCall } from '../../test-call.js';
import { waitFor } from '../../wait-for.js';
import type { ContractCase } from './contract-case.js';
import type { ContractDevice } from '../fixture.js';
import { asStableError, assertGood, patienceOf, rowOf, writeOutcomes, type Row } from './exchange.js';
import { assertReadable, pointsOf } from './read-cases.js';

const subscribes = ['subscribe', 'unsubscribe'] as const;

export const subscribeCases: readonly ContractCase[] = [
  {
    sentence: 'delivers the first value of each subscribed point at once',
    uses: subscribes,
    async run({ session, device }) {
      const sink = new LatestRows(device, pointsOf(device.readable));
      await session.subscribe!(device.deviceId, sink.points, sink, testCall());
      assertReadable(await sink.complete(), device.readable);
    },
  },
  {
    sentence: 'delivers a Bad row for a subscribed point that it cannot deliver',
    needs: ['unparsable'],
    uses: subscribes,
    async run({ session, device }) {
      const sink = new LatestRows(device, [device.unparsable!, ...pointsOf(device.readable)]);
      await session.subscribe!(device.deviceId, sink.points, sink, testCall());
      const [bad, ...good] = await sink.complete();
      assert.equal(statusName(bad.status), 'BadConfigurationError');
      assertReadable(good, device.readable);
    },
  },
  {
    sentence: 'delivers a change to those subscribed, and no longer to those who have unsubscribed',
    needs: ['writable'],
    uses: [...subscribes, 'write'],
    async run({ session, device }) {
      const [{ point, value }] = device.writable!;
      const [left, stayed] = [new LatestRows(device, [point]), new LatestRows(device, [point])];
      const subscription = await session.subscribe!(device.deviceId, [point], left, testCall());
      await session.subscribe!(device.deviceId, [point], stayed, testCall());
      await Promise.all([left.complete(), stayed.complete()]);
      await session.unsubscribe!(subscription, testCall());
      left.forget();
      await writeOutcomes(session, device.deviceId, [{ point, value }]);
      await waitFor(() => (assertGood(stayed.rows[0]!, point, value), true), {
        what: 'the written value',
        timeoutMs: patienceOf(device),
      });
      assert.deepEqual(left.rows, [undefined], 'pushed after unsubscribe');
    },
  },
  {
    sentence: 'tells a subscriber that the device is gone, and delivers again once it is back',
    needs: ['vanish', 'comeBack'],
    uses: subscribes,
    async run({ session, device }) {
      const sink = new LatestRows(device, pointsOf(device.readable));
      await session.subscribe!(device.deviceId, sink.points, sink, testCall());
      await sink.complete();
      sink.forget();
      await device.vanish!();
      await waitFor(() => sink.failure ?? sink.allBad(), {
        what: 'word that the device is gone',
        timeoutMs: patienceOf(device),
      });
      sink.forget();
      await device.comeBack!();
      await waitFor(() => sink.allGood(), { what: 'values again', timeoutMs: patienceOf(device) });
    },
  },
];

/** A sink that keeps the latest row of each point. */
class LatestRows implements UpdateSink {
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
