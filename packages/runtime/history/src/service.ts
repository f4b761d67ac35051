import { defineService } from '@fieldwarden/service';
import { HistoryService } from './history-service.js';
import { databaseFindings } from './database/check-database.js';
import { historySettings, type HistorySettings } from './settings.js';

/**
 * What tags did, kept on disk (SPEC §8.4).
 *
 * In-process only: values go from the tag store to the store's worker thread as columns, without a way over a channel, and the gateway's
 * other parts ask at its desk.
 */
export default defineService<HistorySettings>({
  name: 'history',
  title: 'History',
  version: '1.0.0',
  section: 'history',
  entry: import.meta.url,
  isolation: 'in-process',
  inProcessOnly: true,
  statusField: 'history',
  statusFieldKeys: ['store', 'valuesPerSecond', 'bytes', 'oldestAt', 'dropped', 'database'],
  disturbance: { restart: 'values of that moment are missing in it', stop: 'nothing is kept any more' },
  schema: historySettings,
  check: (settings) => databaseFindings(settings),
  changesLive: (before, after) => before.store === after.store && before.url === after.url,
  create: (context) => new HistoryService(context, process.env['FIELDWARDEN_HISTORY_URL']),
});
