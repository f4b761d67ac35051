import type { AcknowledgeAnswer, AlarmJournalPage, AlarmRow, AlarmStatisticsAnswer } from '@fieldwarden/admin-contract';
import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

/** All conditions, the normal ones too, the most urgent first. */
export const alarmsResource = resourceOf('alarms', async (): Promise<readonly AlarmRow[]> => {
  const { alarms } = await answered(api.GET('/alarms', { params: { query: { all: true } } }));
  return alarms;
});

export const alarmStatisticsResource = resourceOf(
  'alarm-statistics',
  async (): Promise<AlarmStatisticsAnswer> => await answered(api.GET('/alarms/statistics')),
);

/** As many as a person reads. */
const rowsAsked = 200;

/** The newest first; `cursor` is `next` of the page before. */
export async function alarmJournal(cursor?: string): Promise<AlarmJournalPage> {
  return await answered(api.GET('/alarms/journal', { params: { query: { cursor, limit: rowsAsked } } }));
}

export type AlarmAct = 'acknowledge' | 'confirm' | 'comment' | 'shelve' | 'unshelve' | 'reset';

export interface AlarmActBody {
  readonly driverId: string | null;
  readonly device: string | null;
  readonly conditionId: string;
  readonly eventId?: string;
  readonly comment: string;
  readonly forMs?: number;
  readonly once?: boolean;
}

/** What became of it; rejects when it was refused beforehand. */
export async function actOnAlarm(act: AlarmAct, body: AlarmActBody): Promise<AcknowledgeAnswer> {
  return await answered(api.POST(`/alarms/${act}`, { body }));
}
