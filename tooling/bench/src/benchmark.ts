/** One benchmark: a file in `benchmarks/`, listed in `benchmarks/index.ts`. */
export interface Benchmark {
  /** What stands on the command line: `host-channel`. */
  readonly name: string;
  /** What it measures, in one line for people. */
  readonly title: string;
  /** Measures on this machine, now. Throws when the measurement itself could not be made; a missed target is a result. */
  run(options: BenchOptions): Promise<readonly BenchResult[]>;
}

export interface BenchOptions {
  /** Short measurements for a look; all benchmarks together take at most five minutes. */
  readonly quick: boolean;
}

export interface BenchResult {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What SPEC §15 asks for, in the same unit; absent for figures that only inform. */
  readonly target?: BenchTarget;
  /** The same work done by something else, on this machine, in the same run. */
  readonly peer?: Peer;
}

export type BenchTarget = { readonly atMost: number } | { readonly atLeast: number };

export interface Peer {
  readonly name: string;
  /** In the unit of the result. */
  readonly value: number;
}

export function isReached(value: number, target: BenchTarget): boolean {
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

/** `{ atLeast: 5000000 }` → `>= 5000000`. */
export function formatTarget(target: BenchTarget): string {
  return 'atMost' in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
}
