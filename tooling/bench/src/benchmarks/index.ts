import type { Benchmark } from '../benchmark.js';
import { hostChannel } from './host-channel.js';

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [hostChannel];
