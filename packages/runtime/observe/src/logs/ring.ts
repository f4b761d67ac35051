/** The last `capacity` entries of a stream that never ends. Adding is O(1) and keeps nothing that has fallen out. */
export class Ring<T> {
  readonly #capacity: number;
  readonly #slots: T[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(entry: T): void {
    this.#slots[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** The newest `count` entries, oldest first. */
  last(count: number): T[] {
    const taken = Math.max(0, Math.min(Math.floor(count), this.size));
    const newest = this.size < this.#capacity ? this.size : this.#next + this.#capacity;
    return Array.from({ length: taken }, (_, i) => this.#slots[(newest - taken + i) % this.#capacity]);
  }
}
