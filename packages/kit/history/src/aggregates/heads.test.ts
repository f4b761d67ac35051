import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBlock } from '../block/block-codec.js';
import type { HistoryColumn } from '../block/history-column.js';
import { pieceOfBlock, sourceOfPieces, type HistoryPiece } from '../reading/block-source.js';
import { columnOf } from '../testing/columns.js';
import { defaultConfiguration, processedPage } from './processed-page.js';

const blockMs = 100_000;

/** Blocks of 100 values a second apart; whole numbers, so that any order of sums gives one result. */
const longHistories = fc
  .array(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 100, maxLength: 100 }), {
    minLength: 3,
    maxLength: 8,
  })
  .map((blocks) =>
    blocks.map((values, block) =>
      columnOf(
        { scalar: 'float64' },
        Float64Array.from(values, (_, i) => block * blockMs + i * 1_000),
        new Uint32Array(100),
        values,
      ),
    ),
  );

/** Counts what is unpacked. */
function counted(columns: readonly HistoryColumn[], hide: (piece: HistoryPiece) => HistoryPiece) {
  let unpacked = 0;
  const pieces = columns.map((column) => {
    const piece = hide(pieceOfBlock(encodeBlock(column)));
    return {
      summary: piece.summary,
      column: () => {
        unpacked += 1;
        return piece.column();
      },
    };
  });
  return { source: sourceOfPieces(columns[0].type, pieces), unpacked: () => unpacked };
}

/** Heads that answer nothing. */
const withoutHead = (piece: HistoryPiece): HistoryPiece => ({
  ...piece,
  summary: { ...piece.summary, goodCount: -1, heldIntegral: Number.NaN },
});

const answeredByHeads = [
  'average',
  'minimum',
  'maximum',
  'range',
  'count',
  'total',
  'delta',
  'time-average',
  'time-average2',
  'duration-good',
  'duration-bad',
  'percent-good',
  'percent-bad',
] as const;

describe('heads of blocks (§8.4)', () => {
  it.each(answeredByHeads)('answer %s exactly as the unpacked values do', (aggregate) => {
    fc.assert(
      fc.property(longHistories, fc.boolean(), fc.integer({ min: 1, max: 400 }), (columns, stepped, seconds) => {
        const configuration = { ...defaultConfiguration(columns[0].type), stepped };
        const request = { aggregate, fromMs: -20_500, toMs: 950_000, intervalMs: seconds * 1_000, limit: 10_000 };
        const heads = counted(columns, (piece) => piece);
        const plain = counted(columns, withoutHead);
        expect(processedPage(heads.source, request, configuration)).toEqual(
          processedPage(plain.source, request, configuration),
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each(answeredByHeads)('answer %s of whole blocks without unpacking', (aggregate) => {
    const columns = Array.from({ length: 50 }, (_, block) =>
      columnOf(
        { scalar: 'float64' },
        Float64Array.from({ length: 100 }, (_, i) => block * blockMs + i * 1_000),
        new Uint32Array(100),
        Array.from({ length: 100 }, (_, i) => (block * 100 + i) / 8),
      ),
    );
    const { source, unpacked } = counted(columns, (piece) => piece);
    const request = { aggregate, fromMs: 0, toMs: 50 * blockMs, intervalMs: 10 * blockMs, limit: 100 };
    processedPage(source, request, defaultConfiguration(columns[0].type));
    // Whether an extreme stands where its interval begins, and whether it is there twice, only the block itself knows: two of ten.
    const isExtreme = aggregate === 'minimum' || aggregate === 'maximum';
    expect(unpacked()).toBeLessThanOrEqual(isExtreme ? 10 : 0);
  });
});
