export type { DriverDocument } from './document-entries.js';
export { schemaVersion, type SnapshotManifest } from './manifest.js';
export type { SealedGeneration } from './sealed-generation.js';
export { sitesOf } from './sites-of.js';
export { isRefusal, type SnapshotErrorCode } from './snapshot-errors.js';
export { fewestKept, SnapshotStore, type SnapshotStoreOptions, type SnapshotVerdict } from './snapshot-store.js';
