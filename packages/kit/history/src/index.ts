export { decodeBlock, encodeBlock, maxBlockValues, readBlockHead, type BlockHead } from './block/block-codec.js';
export type { BlockSummary } from './block/block-summary.js';
export type { HistoryColumn, HistoryValues } from './block/history-column.js';
