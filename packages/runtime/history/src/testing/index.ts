export { batchOf, define, kept, openStore, wideLimits, type TestRow } from './test-store.js';
