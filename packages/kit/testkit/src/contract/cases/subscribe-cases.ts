import assert from 'node:assert/strict';
import { statusName } from '@fieldwarden/core';
import { testCall } from '../../test-call.js';
import { waitFor } from '../../wait-for.js';
import type { ContractCase } from './contract-case.js';
import { assertGood, patienceOf, writeOutcomes } from './exchange.js';
import { LatestRows } from './latest-rows.js';
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
