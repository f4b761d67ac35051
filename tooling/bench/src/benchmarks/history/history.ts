import type { Benchmark, BenchResult } from '../../benchmark.js';
import type { HistoryPart } from './history-part.js';
import { memoryBlocks } from './memory-blocks.js';

const parts: readonly HistoryPart[] = [memoryBlocks];

/** SPEC §15, history. */
export const history: Benchmark = {
  name: 'history',
  title: 'History: what was kept of one tag, read',
  run: async (options) => {
    const results: BenchResult[] = [];
    for (const part of parts) results.push(...(await part(options)));
    return results;
  },
};
