import type { AlarmJournalPage, AlarmList, AlarmRow, AlarmStatisticsAnswer } from '@fieldwarden/admin-contract';
import { GatewayError } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { AlarmActRequest } from '@fieldwarden/service';
import type { AlarmControl, AlarmJournalQuery, AlarmQuery } from '../control/alarm-control.js';
import type { ActOutcome } from '../control/device-control.js';
import { alarmStatistics } from './samples.js';

/** Knows the alarms that a test gives it, and refuses others as the gateway does. */
export class FakeAlarmControl implements AlarmControl {
  rows: readonly AlarmRow[] = [];
  lost = 0;
  leftOut = 0;
  journalPage: Omit<AlarmJournalPage, 'schema'> = { rows: [], next: null };
  figures: AlarmStatisticsAnswer = alarmStatistics();
  readonly acts: { readonly request: AlarmActRequest; readonly origin: Origin }[] = [];
  readonly queries: (AlarmJournalQuery | AlarmQuery)[] = [];
  /** What the device says. */
  answer: () => Promise<ActOutcome> = () => Promise.resolve({ outcome: 'done', status: 'Good' });

  list(query: AlarmQuery): AlarmList {
    this.queries.push(query);
    const { rows, lost, leftOut } = this;
    const alarms = rows.filter(({ retain }) => retain || query.all);
    return { schema: 'fieldwarden/alarms@1', alarms, total: alarms.length, lost, leftOut };
  }

  async act(request: AlarmActRequest, origin: Origin): Promise<ActOutcome> {
    const { driverId, device, conditionId } = request;
    const isKnown = this.rows.some(
      (row) => row.driverId === driverId && row.device === device && row.conditionId === conditionId,
    );
    if (!isKnown) throw unknownAlarm(conditionId);
    this.acts.push({ request, origin });
    return await this.answer();
  }

  journal(query: AlarmJournalQuery): Promise<AlarmJournalPage> {
    this.queries.push(query);
    return Promise.resolve({ schema: 'fieldwarden/alarm-journal@1', ...this.journalPage });
  }

  statistics(): AlarmStatisticsAnswer {
    return this.figures;
  }
}

function unknownAlarm(conditionId: string): GatewayError {
  const message = `there is no alarm ${conditionId} there`;
  return new GatewayError({ code: 'ALARM_UNKNOWN', kind: 'config', message, writeOutcome: 'not-sent' });
}
