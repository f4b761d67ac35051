import { silentLogger, systemClock } from '@fieldwarden/core';
import type { StateStore } from '@fieldwarden/storage';
import { AlarmBook } from '../alarm-book.js';
import { TableMemory, type AlarmTables } from '../table-memory.js';

/** A book on a real store, as the gateway has it. */
export function storedBook(store: StateStore): { readonly book: AlarmBook; readonly tables: AlarmTables } {
  const tables = {
    alarms: store.table('gateway/alarms'),
    chunks: store.table('gateway/alarm-journal'),
    heads: store.table('gateway/alarm-journal-heads'),
  };
  const memory = new TableMemory(() => Promise.resolve(tables));
  return { book: new AlarmBook({ clock: systemClock, logger: silentLogger, memory }), tables };
}
