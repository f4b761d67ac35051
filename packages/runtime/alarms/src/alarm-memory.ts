import type { AlarmEvent } from '@fieldwarden/driver';
import type { JournalPage, JournalQuery, JournalRow } from './journal/journal-row.js';
import type { ConditionEntry } from './state/condition-entry.js';

/** One alarm of the book as it outlives the gateway. */
export type KeptAlarm =
  /** Raised in the gateway. */
  | (ConditionEntry & { readonly type: 'raised' })
  /** Of the plant, judged by the service of its subject. */
  | (ConditionEntry & { readonly type: 'plant' })
  /** Reported by a device. */
  | { readonly type: 'reported'; readonly driverId: string; readonly deviceId: string; readonly event: AlarmEvent };

/** Where the book is kept over restarts. Keys name alarms uniquely and have any length. */
export interface AlarmMemory {
  /** What was kept; what cannot be understood is left out. */
  load(): Promise<readonly KeptAlarm[]>;
  /** On its way to the disk in this tick. `alarm` undefined: it is of no interest any more. */
  save(key: string, alarm: KeptAlarm | undefined): void;
  /** A row of the journal; on its way together with what is saved in this tick. */
  note(row: Omit<JournalRow, 'seq'>): void;
  /** Of the journal, whether or not it is on disk. */
  page(query: JournalQuery): Promise<JournalPage>;
  /** Everything saved so far is on disk. Rejects when the disk refuses. */
  settled(): Promise<void>;
}
