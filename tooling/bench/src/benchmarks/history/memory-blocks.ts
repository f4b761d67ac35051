import {
  buckets,
  defaultConfiguration,
  encodeBlock,
  pieceOfBlock,
  processedPage,
  rawPage,
  sourceOfPieces,
  type BlockSource,
} from '@fieldwarden/history-kit';
import type { HistoryAggregateName } from '@fieldwarden/service';
import type { BenchResult } from '../../benchmark.js';
import type { HistoryPart } from './history-part.js';

const type = { scalar: 'float32' } as const;
const firstMs = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A quarter of an hour at 1 s. */
const blockValues = 900;
const values = (30 * dayMs) / 1_000;
const parts = 1_000;

/** Three that heads of blocks answer for the most part, and one that unpacks every value; SPEC §15 speaks of the former. */
const aggregates: readonly { readonly name: HistoryAggregateName; readonly target?: { readonly atMost: number } }[] = [
  { name: 'time-average', target: { atMost: 100 } },
  { name: 'average', target: { atMost: 100 } },
  { name: 'maximum', target: { atMost: 100 } },
  { name: 'standard-deviation' },
];

/** What reading costs without a store: blocks in memory, heads read and values unpacked anew each time. Load only adds: the quietest round counts. */
export const memoryBlocks: HistoryPart = ({ quick }) => {
  const rounds = quick ? 5 : 15;
  const blocks = blocksOfAMonth();
  const month = { fromMs: firstMs, toMs: firstMs + 30 * dayMs };
  const source = (from: number, to: number): BlockSource =>
    sourceOfPieces(type, blocks.slice(from, to).map(pieceOfBlock));
  const results: BenchResult[] = aggregates.map(({ name: aggregate, target }) => ({
    metric: `30 days at 1 s in ${parts} buckets, ${aggregate}`,
    value: quietestMs(rounds, () => {
      const request = { ...month, aggregate, intervalMs: (30 * dayMs) / parts, limit: parts };
      return processedPage(source(0, blocks.length), request, defaultConfiguration(type)).timesMs.length === parts;
    }),
    unit: 'ms',
    ...(target && { target }),
  }));
  results.push({
    metric: `30 days at 1 s in ${parts} buckets, for a curve`,
    value: quietestMs(
      rounds,
      () => buckets(source(0, blocks.length), { ...month, buckets: parts }).counts.length === parts,
    ),
    unit: 'ms',
    target: { atMost: 100 },
  });
  const hour = { fromMs: firstMs + dayMs, toMs: firstMs + dayMs + hourMs, limit: 10_000, bounds: false };
  const [from, to] = [96, 101];
  results.push({
    metric: 'raw hour at 1 s from memory blocks',
    value: quietestMs(rounds * 20, () => rawPage(source(from, to), hour).timesMs.length === 3_600),
    unit: 'ms',
    target: { atMost: 1 },
  });
  return Promise.resolve(results);
};

/** A measurement of one decimal that wanders, as temperatures do. */
function blocksOfAMonth(): readonly Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let first = 0; first < values; first += blockValues) {
    const length = Math.min(blockValues, values - first);
    blocks.push(
      encodeBlock({
        type,
        timesMs: Float64Array.from({ length }, (_, i) => firstMs + (first + i) * 1_000),
        statuses: new Uint32Array(length),
        values: { kind: 'numbers', numbers: Float64Array.from({ length }, (_, i) => valueOf(first + i)) },
      }),
    );
  }
  return blocks;
}

function valueOf(i: number): number {
  const noise = Math.sin(i * 12.9898) * 43_758.5453;
  return Math.fround(Math.round(500 + 200 * Math.sin(i / 9_000) + 20 * (noise - Math.floor(noise))) / 10);
}

function quietestMs(rounds: number, read: () => boolean): number {
  let quietest = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const startMs = performance.now();
    const isWhole = read();
    quietest = Math.min(quietest, performance.now() - startMs);
    if (!isWhole) throw new Error('the read gave another number of rows than it should');
  }
  return quietest;
}
