import type { BenchOptions, BenchResult } from '../../benchmark.js';

/** A part of the benchmark: its results stand in one table with those of the others. */
export type HistoryPart = (options: BenchOptions) => Promise<readonly BenchResult[]>;
