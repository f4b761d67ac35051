export { HistoryStore, type DefinedTag, type HistoryStoreOptions } from './store/history-store.js';
export { HistoryWorker, type HistoryWorkerOptions } from './worker/history-worker.js';
export { Recorder, type RecorderDependencies, type RecorderSink } from './recording/recorder.js';
export { StoreReader } from './reading/store-reader.js';
export { columnsOver, rowBytes, type RowBatch } from './records/row-batch.js';
