import type { Clock } from '@fieldwarden/core';

const overMs = 10_000;

/** Values a second, over the last ten. */
export class ValueRate {
  readonly #clock: Clock;
  #seen: { readonly atMs: number; readonly total: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of all so far. */
  saw(total: number): void {
    const atMs = this.#clock.monotonicMs();
    this.#seen = [...this.#seen.filter((one) => atMs - one.atMs <= overMs), { atMs, total }];
  }

  get perSecond(): number {
    const [first] = this.#seen;
    const last = this.#seen.at(-1);
    if (!first || !last || last.atMs === first.atMs) return 0;
    return Math.round((10_000 * (last.total - first.total)) / (last.atMs - first.atMs)) / 10;
  }
}
