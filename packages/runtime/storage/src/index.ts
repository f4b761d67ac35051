export { diskRefusal, type DiskRefusal } from './disk/disk-refusal.js';
export { DiskReserve, reserveFileName } from './disk/disk-reserve.js';
export { DiskWatch, type DiskWatchOptions } from './disk/disk-watch.js';
export { DebouncedWrite } from './files/debounced-write.js';
export {
  moveIntoPlace,
  replaceFile,
  replaceFileSync,
  syncFolder,
  type ReplaceFileOptions,
} from './files/replace-file.js';
export { StateFile, type StateFileOptions } from './files/state-file.js';
export { serviceStorage } from './state/service-storage.js';
export { StateStore, type StateStoreOptions } from './state/state-store.js';
export type { StateTable } from './state/state-table.js';
