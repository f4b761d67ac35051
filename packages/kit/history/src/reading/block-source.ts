import type { DataType } from '@fieldwarden/core';
import { decodeBlock, readBlockHead } from '../block/block-codec.js';
import { summaryOf, type BlockSummary } from '../block/block-summary.js';
import type { HistoryColumn } from '../block/history-column.js';

/** Values of one tag that follow each other in time: a block, or what has not been sealed yet. */
export interface HistoryPiece {
  readonly summary: BlockSummary;
  /** Unpacks; throws `HISTORY_BLOCK_DAMAGED`. Whoever reads asks at most a few times in a row, in order of time. */
  column(): HistoryColumn;
}

/**
 * What a store gives for one tag and a range. Pieces are in order of time and do not overlap (`orderPieces` sees to it);
 * a later piece may begin at the time at which the one before ends. Empty pieces count for nothing.
 */
export interface BlockSource {
  readonly type: DataType;
  /** All pieces that have values in the range, oldest first; more at either end do no harm. */
  readonly pieces: readonly HistoryPiece[];
  /**
   * Pieces before those, newest first, asked for one by one: what a bound is interpolated from. How far back a store looks is its own
   * affair, but what it does not give here counts as the beginning of the collection.
   */
  earlier(): Iterable<HistoryPiece>;
  /** Pieces after them, oldest first, likewise. */
  later(): Iterable<HistoryPiece>;
}

/** A block as it was stored: its head is read at once, the rest when it is asked for. Throws `HISTORY_BLOCK_DAMAGED`. */
export function pieceOfBlock(block: Uint8Array): HistoryPiece {
  return { summary: readBlockHead(block).summary, column: () => decodeBlock(block) };
}

/** Values that are in memory anyhow. */
export function pieceOfColumn(column: HistoryColumn): HistoryPiece {
  return { summary: summaryOf(column), column: () => column };
}

/** A source that is all there is of a tag. */
export function sourceOfPieces(type: DataType, pieces: readonly HistoryPiece[]): BlockSource {
  return { type, pieces, earlier: () => [], later: () => [] };
}
