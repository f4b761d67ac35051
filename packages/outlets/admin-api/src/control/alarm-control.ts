import type { AlarmJournalPage, AlarmList, AlarmStatisticsAnswer } from '@fieldwarden/admin-contract';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { AlarmActRequest } from '@fieldwarden/service';
import type { ActOutcome } from './device-control.js';

export interface AlarmQuery {
  /** Also what is normal. */
  readonly all: boolean;
}

/** Which rows of the journal; all that is undefined fits. */
export interface AlarmJournalQuery {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly id?: string | undefined;
  readonly area?: string | undefined;
  readonly transition?: AlarmJournalPage['rows'][number]['transition'] | undefined;
  readonly text?: string | undefined;
  readonly limit: number;
  /** Older than this row. */
  readonly beforeSeq?: number | undefined;
}

/** The alarms of devices, of the gateway and of the plant. */
export interface AlarmControl {
  /** From memory, at once. */
  list(query: AlarmQuery): AlarmList;
  /**
   * Resolves when the outcome is known: when a device has answered, never repeated, or when it is on the disk. Rejects when refused
   * beforehand, with code `ALARM_UNKNOWN`, `ALARM_NOTE_REQUIRED`, `ALARM_ACT`, `DRIVER_STOPPED`, kind `forbidden`, or as a write does.
   */
  act(request: AlarmActRequest, origin: Origin): Promise<ActOutcome>;
  journal(query: AlarmJournalQuery): Promise<AlarmJournalPage>;
  statistics(): AlarmStatisticsAnswer;
}
