import type { Benchmark } from '../benchmark.js';
import { hostChannel } from './host-channel.js';
import { poll } from './poll.js';
import { promotion } from './promotion.js';
import { recovery } from './recovery.js';
import { supervisor } from './supervisor.js';

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [hostChannel, poll, recovery, supervisor, promotion];
