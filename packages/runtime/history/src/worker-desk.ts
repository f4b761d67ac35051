import type { HistoryBuckets, HistoryDesk, HistoryExtent, HistoryPage, HistoryRows } from '@fieldwarden/service';
import type { HistoryWorker } from './worker/history-worker.js';

/** The desk of history, where the worker answers. */
export function workerDesk(worker: Pick<HistoryWorker, 'ask'>): HistoryDesk {
  return {
    raw: async (request) => (await worker.ask('raw', request)) as HistoryPage,
    atTime: async (request) => (await worker.ask('atTime', request)) as HistoryRows,
    processed: async (request) => (await worker.ask('processed', request)) as HistoryPage,
    buckets: async (request) => (await worker.ask('buckets', request)) as HistoryBuckets,
    paths: async () => (await worker.ask('paths', undefined)) as readonly string[],
    extents: async (paths) => (await worker.ask('extents', paths)) as readonly (HistoryExtent | null)[],
  };
}
