import type { Benchmark, BenchResult } from '../../benchmark.js';
import type { HistoryPart } from './history-part.js';
import { gatewayThread } from './gateway-thread.js';
import { memoryBlocks } from './memory-blocks.js';
import { storeAndRows } from './store-and-rows.js';

const parts: readonly HistoryPart[] = [memoryBlocks, storeAndRows, gatewayThread];

/** SPEC §15, history. */
export const history: Benchmark = {
  name: 'history',
  title: 'History: values written, kept and read, beside rows in SQLite',
  run: async (options) => {
    const results: BenchResult[] = [];
    for (const part of parts) results.push(...(await part(options)));
    return results;
  },
};
