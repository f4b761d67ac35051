import type { Alarm } from '@fieldwarden/gateway-contract';
import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

export type AlarmRow = Alarm;

export interface AlarmJournalRow {
  readonly seq: number;
  readonly at: string;
  readonly id: string;
  readonly area: string | null;
  readonly priority: Alarm['priority'];
  readonly message: string;
  readonly transition: string;
  readonly value: unknown;
  readonly quality: string | null;
  readonly user: string | null;
  readonly note: string | null;
  readonly generation: number | null;
}

const get = api.GET as unknown as (path: string, options?: object) => Promise<never>;
const post = api.POST as unknown as (path: string, options: object) => Promise<never>;

/** All conditions, the normal ones too, the most urgent first. */
export const alarmsResource = resourceOf('alarms', async (): Promise<readonly AlarmRow[]> => {
  const { alarms } = (await answered(get('/alarms', { params: { query: { all: true } } }))) as { alarms: AlarmRow[] };
  return alarms;
});

export interface JournalPage {
  /** The newest first. */
  readonly rows: readonly AlarmJournalRow[];
  /** For the page of older ones; null: there are none. */
  readonly next: string | null;
}

export interface JournalQuery {
  readonly id?: string;
  readonly cursor?: string;
}

export async function alarmJournal(query: JournalQuery): Promise<JournalPage> {
  return (await answered(get('/alarms/journal', { params: { query: { ...query, limit: 200 } } }))) as JournalPage;
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
export async function actOnAlarm(
  act: AlarmAct,
  body: AlarmActBody,
): Promise<{ readonly outcome: string; readonly status: string }> {
  return (await answered(post(`/alarms/${act}`, { body }))) as { outcome: string; status: string };
}
