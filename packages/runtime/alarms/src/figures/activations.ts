export interface Activation {
  readonly atMs: number;
  readonly key: string;
  readonly area: string;
}

const dayMs = 86_400_000;

/** More than this is no plant that anybody watches; the oldest go first. */
const mostKept = 100_000;

/** Activations of the last day, the oldest first. Times never go back: after a clock that was set back they stand still. */
export class Activations {
  #rows: Activation[] = [];
  #first = 0;

  add({ atMs, ...row }: Activation): void {
    this.#rows.push({ ...row, atMs: Math.max(atMs, this.#rows.at(-1)?.atMs ?? atMs) });
    if (this.#rows.length - this.#first > mostKept) this.#first += 1;
    this.#forget(atMs - dayMs);
  }

  /** Those since then, the oldest first. */
  since(atMs: number): readonly Activation[] {
    let [low, high] = [this.#first, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle].atMs < atMs) low = middle + 1;
      else high = middle;
    }
    return this.#rows.slice(low);
  }

  #forget(beforeMs: number): void {
    while (this.#first < this.#rows.length && this.#rows[this.#first].atMs < beforeMs) this.#first += 1;
    if (this.#first < 1_024 || this.#first * 2 < this.#rows.length) return;
    this.#rows = this.#rows.slice(this.#first);
    this.#first = 0;
  }
}
