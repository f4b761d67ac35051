import type { BenchResult, Peer, BenchTarget } from './benchmark.js';

/** Nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface SpreadTargets {
  readonly median?: BenchTarget;
  readonly slowest?: BenchTarget;
  readonly peer?: { readonly name: string; readonly values: readonly number[] };
}

/** Median and slowest of the same measurement, in ms; the peer's beside them. */
export function spread(metric: string, values: readonly number[], targets: SpreadTargets = {}): BenchResult[] {
  const { peer } = targets;
  const beside = (of: (values: readonly number[]) => number): { peer?: Peer } =>
    peer && peer.values.length > 0 ? { peer: { name: peer.name, value: of(peer.values) } } : {};
  const slowest = (all: readonly number[]): number => quantile(all, 1);
  return [
    { metric: `${metric}, median`, value: median(values), unit: 'ms', ...targetOf(targets.median), ...beside(median) },
    {
      metric: `${metric}, slowest`,
      value: slowest(values),
      unit: 'ms',
      ...targetOf(targets.slowest),
      ...beside(slowest),
    },
  ];
}

const targetOf = (target: BenchTarget | undefined): { target?: BenchTarget } => (target ? { target } : {});
