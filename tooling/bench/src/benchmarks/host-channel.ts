import { benchmarkChannel } from '@fieldwarden/channel/benchmark';
import type { Benchmark, BenchResult } from '../benchmark.js';

const batchSize = 1000;

/** SPEC §15: the channel between the gateway and a real child, over its socket pair. */
export const hostChannel: Benchmark = {
  name: 'host-channel',
  title: 'values and calls between the gateway and a Host, batches of 1,000',
  async run({ quick }): Promise<BenchResult[]> {
    const measured = await benchmarkChannel({ durationMs: quick ? 500 : 3000, batchSize });
    return [
      {
        metric: 'subscription updates',
        value: measured.updatedValuesPerSecond,
        unit: 'values/s',
        target: { atLeast: 5_000_000 },
      },
      { metric: 'reads', value: measured.readValuesPerSecond, unit: 'values/s' },
      { metric: 'round trip p50', value: measured.roundTripP50Us, unit: 'µs', target: { atMost: 100 } },
      { metric: 'round trip p99', value: measured.roundTripP99Us, unit: 'µs' },
    ];
  },
};
