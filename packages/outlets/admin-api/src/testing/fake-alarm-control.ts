import type { AlarmList, AlarmRow } from '@fieldwarden/admin-contract';
import { GatewayError } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { AlarmControl, SeenAlarm } from '../control/alarm-control.js';
import type { ActOutcome } from '../control/device-control.js';

/** Knows the alarms that a test gives it, and refuses others as the gateway does. */
export class FakeAlarmControl implements AlarmControl {
  rows: readonly AlarmRow[] = [];
  lost = 0;
  leftOut = 0;
  readonly acknowledged: { readonly alarm: SeenAlarm; readonly origin: Origin }[] = [];
  /** What the device says. */
  answer: () => Promise<ActOutcome> = () => Promise.resolve({ outcome: 'done', status: 'Good' });

  list(): AlarmList {
    const { rows: alarms, lost, leftOut } = this;
    return { schema: 'fieldwarden/alarms@1', alarms, total: alarms.length, lost, leftOut };
  }

  async acknowledge(alarm: SeenAlarm, origin: Origin): Promise<ActOutcome> {
    const { driverId, device, conditionId } = alarm;
    const isKnown = this.rows.some(
      (row) => row.driverId === driverId && row.device === device && row.conditionId === conditionId,
    );
    if (!isKnown) throw unknownAlarm(conditionId);
    this.acknowledged.push({ alarm, origin });
    return await this.answer();
  }
}

function unknownAlarm(conditionId: string): GatewayError {
  const message = `there is no alarm ${conditionId} there`;
  return new GatewayError({ code: 'ALARM_UNKNOWN', kind: 'config', message, writeOutcome: 'not-sent' });
}
