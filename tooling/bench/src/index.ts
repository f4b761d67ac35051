export type { Benchmark, BenchOptions, BenchResult, Peer, BenchTarget } from './benchmark.js';
export { benchmarks } from './benchmarks/index.js';
export { runBenchmarks, type BenchOutput } from './harness.js';
export type { BenchReport, ReportedResult } from './report.js';
