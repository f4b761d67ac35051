/** What LMDB needs around it, for packages that keep a file of their own. Loads no native code. */
export { openRecord, sealRecord } from './checked-record.js';
export { commitCause } from './commit-cause.js';
export { copyProof, recordOptions, type CheckedRecords, type RecordStore } from './copy-proof.js';
export { createDatabase, putDatabaseInPlace, removeDatabase } from './database-files.js';
export { emptyLmdbFile } from './empty-lmdb-file.js';
export { lmdbOptions } from './lmdb-options.js';
export { allocateLockFile } from './lock-file.js';
export { proveDatabase, type ProofRequest, type ProofVerdict } from './prove-database.js';
export { proveOrSetAside } from './prove-or-set-aside.js';
export { DatabaseFlaw, NewerFormat, runProof, type DatabaseProof } from './run-proof.js';
