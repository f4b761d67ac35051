import type { ServiceTable } from '@fieldwarden/service';
import { createHash } from 'node:crypto';
import type { AlarmMemory, KeptAlarm } from './alarm-memory.js';
import { AlarmJournal, type JournalLimits, type JournalTables } from './journal/alarm-journal.js';
import type { JournalPage, JournalQuery, JournalRow } from './journal/journal-row.js';
import { keptAlarm, recordOf } from './kept-record.js';

/** Tables of one store, so that one commit holds what came together. */
export interface AlarmTables extends JournalTables {
  readonly alarms: ServiceTable;
}

/** The book in tables of the durable store: a record for each alarm, and the journal. */
export class TableMemory implements AlarmMemory {
  readonly #open: () => Promise<AlarmTables>;
  readonly #journal: AlarmJournal;
  #tables: AlarmTables | undefined;
  readonly #waiting = new Map<string, KeptAlarm | undefined>();
  #isDue = false;

  constructor(open: () => Promise<AlarmTables>, limits?: Partial<JournalLimits>) {
    this.#open = open;
    this.#journal = new AlarmJournal(limits);
  }

  async load(): Promise<readonly KeptAlarm[]> {
    const tables = (this.#tables ??= await this.#open());
    await this.#journal.load(tables);
    const kept: KeptAlarm[] = [];
    for (const [key, record] of await tables.alarms.entries()) {
      const alarm = keptAlarm(record);
      if (alarm) kept.push(alarm);
      else tables.alarms.delete(key);
    }
    return kept;
  }

  /** Before `load`, nothing is kept. */
  save(key: string, alarm: KeptAlarm | undefined): void {
    this.#waiting.set(key, alarm);
    this.#soon();
  }

  note(row: Omit<JournalRow, 'seq'>): void {
    this.#journal.append(row);
    this.#soon();
  }

  page(query: JournalQuery): Promise<JournalPage> {
    return this.#journal.page(query);
  }

  async settled(): Promise<void> {
    this.#put();
    await this.#tables?.alarms.settled();
  }

  /** What changes in one tick is written at once: alarms come in crowds. */
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#write());
  }

  #write(): void {
    if (!this.#isDue) return;
    this.#put();
    // Whoever needs to know whether it got there asks `settled`; the store itself raises an alarm when its disk refuses.
    this.#tables?.alarms.settled().catch(() => undefined);
  }

  #put(): void {
    this.#isDue = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [key, alarm] of waiting) {
      if (alarm) this.#tables?.alarms.put(recordKey(key), recordOf(alarm));
      else this.#tables?.alarms.delete(recordKey(key));
    }
    this.#journal.flush();
  }
}

/** Conditions of devices have longer names than keys of a table. */
function recordKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
