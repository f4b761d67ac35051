export { HistoryStore, type DefinedTag, type HistoryStoreOptions } from './store/history-store.js';
