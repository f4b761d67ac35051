export { HistoryStore, type DefinedTag, type HistoryStoreOptions } from './store/history-store.js';
export { HistoryWorker, type HistoryWorkerOptions } from './worker/history-worker.js';
