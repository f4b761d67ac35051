export { atTime } from './aggregates/at-time.js';
export { isAggregateOf, typeOfAggregate } from './aggregates/aggregates.js';
export { historianBits } from './aggregates/aggregate-status.js';
export {
  defaultConfiguration,
  processedPage,
  rangeOfProcessedPage,
  type ProcessedRequest,
} from './aggregates/processed-page.js';
export { decodeBlock, encodeBlock, maxBlockValues, readBlockHead, type BlockHead } from './block/block-codec.js';
export { summaryOf, type BlockSummary } from './block/block-summary.js';
export type { HistoryColumn, HistoryValues } from './block/history-column.js';
export {
  pieceOfBlock,
  pieceOfColumn,
  sourceOfPieces,
  type BlockSource,
  type HistoryPiece,
} from './reading/block-source.js';
export { buckets, maxBuckets, type BucketsRequest } from './reading/buckets.js';
export { mergeColumns, orderPieces } from './reading/merge-columns.js';
export { rawPage, startOfRawPage, type RawRequest } from './reading/raw-page.js';
