/** Looks that a rate is taken over: with one a second, the last five seconds. */
const looks = 6;

/** How fast a count rises, from looks at it now and then. */
export class ValueRate {
  readonly #seen: { readonly count: number; readonly atMs: number }[] = [];

  /** `atMs`: monotonic. */
  look(count: number, atMs: number): void {
    this.#seen.push({ count, atMs });
    if (this.#seen.length > looks) this.#seen.shift();
  }

  /** Over the looks of the last seconds; 0 before the second one. */
  get perSecond(): number {
    const first = this.#seen.at(0);
    const last = this.#seen.at(-1);
    if (!first || !last || last.atMs <= first.atMs) return 0;
    return (1_000 * (last.count - first.count)) / (last.atMs - first.atMs);
  }
}
