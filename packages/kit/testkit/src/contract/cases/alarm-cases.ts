import assert from 'node:assert/strict';
import { statusName, type GatewayError } from '@fieldwarden/core';
import type { AlarmEvent, AlarmSink } from '@fieldwarden/driver';
import { testCall } from '../../test-call.js';
import { waitFor } from '../../wait-for.js';
import type { ContractCase } from './contract-case.js';
import { asStableError, patienceOf } from './exchange.js';
import type { ContractDevice } from '../fixture.js';

const subscribes = ['subscribeAlarms', 'unsubscribeAlarms'] as const;

export const alarmCases: readonly ContractCase[] = [
  {
    sentence: 'reports an alarm that is raised, and tells it again to who subscribes later',
    needs: ['raiseAlarm'],
    uses: subscribes,
    async run({ session, device }) {
      const first = new SeenAlarms(device);
      await session.subscribeAlarms!(device.deviceId, first, testCall());
      await device.raiseAlarm!();
      const alarm = await first.active();
      assert(alarm.retain && alarm.severity >= 1 && alarm.severity <= 1_000, 'a raised alarm is of interest');
      await session.unsubscribeAlarms!(
        await session.subscribeAlarms!(device.deviceId, new SeenAlarms(device), testCall()),
        testCall(),
      );
      const later = new SeenAlarms(device);
      await session.subscribeAlarms!(device.deviceId, later, testCall());
      assert.equal((await later.active()).conditionId, alarm.conditionId);
    },
  },
  {
    sentence: 'reports no more alarms to who has unsubscribed',
    needs: ['raiseAlarm'],
    uses: subscribes,
    async run({ session, device }) {
      const [left, stayed] = [new SeenAlarms(device), new SeenAlarms(device)];
      const subscription = await session.subscribeAlarms!(device.deviceId, left, testCall());
      await session.unsubscribeAlarms!(subscription, testCall());
      left.events.length = 0;
      await session.subscribeAlarms!(device.deviceId, stayed, testCall());
      await device.raiseAlarm!();
      await stayed.active();
      assert.deepEqual(left.events, [], 'pushed after unsubscribe');
    },
  },
  {
    sentence: 'has an alarm acknowledged once, and says so',
    needs: ['raiseAlarm'],
    uses: [...subscribes, 'acknowledge'],
    async run({ session, device }) {
      const seen = new SeenAlarms(device);
      await session.subscribeAlarms!(device.deviceId, seen, testCall());
      await device.raiseAlarm!();
      const { eventId, conditionId } = await seen.active();
      const item = { eventId, conditionId, comment: 'contract' };
      const results = await session.acknowledge!(device.deviceId, [item, item], testCall());
      assert.deepEqual(
        results.map(({ outcome }) => outcome),
        ['done', 'rejected'],
      );
      await waitFor(() => seen.events.some((event) => event.conditionId === conditionId && event.acknowledged), {
        what: 'the acknowledged state',
        timeoutMs: patienceOf(device),
      });
    },
  },
  {
    sentence: 'refuses to acknowledge an event that it does not know',
    needs: ['raiseAlarm'],
    uses: ['acknowledge'],
    async run({ session, device }) {
      const item = { eventId: 'no such event', conditionId: 'no such condition', comment: '' };
      const results = await session.acknowledge!(device.deviceId, [item], testCall());
      assert.deepEqual(
        results.map(({ outcome, status }) => [outcome, statusName(status)]),
        [['rejected', 'BadEventIdUnknown']],
      );
    },
  },
];

/** A sink that keeps all. */
class SeenAlarms implements AlarmSink {
  readonly events: AlarmEvent[] = [];
  readonly #device: ContractDevice;

  constructor(device: ContractDevice) {
    this.#device = device;
  }

  push(events: readonly AlarmEvent[]): void {
    this.events.push(...events);
  }

  lost(count: number): void {
    assert.fail(`${count} alarms were lost`);
  }

  fail(error: GatewayError): void {
    asStableError(error);
  }

  active(): Promise<AlarmEvent> {
    return waitFor(() => this.events.find(({ active }) => active) ?? false, {
      what: 'an active alarm',
      timeoutMs: patienceOf(this.#device),
    });
  }
}
