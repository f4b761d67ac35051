export type { WrittenDriver } from './document-entries.js';
export { schemaVersion, type SnapshotManifest } from './files/manifest.js';
export type { SealedGeneration } from './sealed-generation.js';
export { sitesOf } from './files/sites-of.js';
export { isRefusal, type SnapshotErrorCode } from './snapshot-errors.js';
export { fewestKept, SnapshotStore, type SnapshotStoreDependencies, type SnapshotVerdict } from './snapshot-store.js';
