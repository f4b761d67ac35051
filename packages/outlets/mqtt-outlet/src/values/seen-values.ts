import type { PublishedTag, SeenValue } from './published-tag.js';

export interface SeenChange extends SeenValue {
  readonly tag: PublishedTag;
}

/** Changes of tags as they were seen, until they are made into messages. What comes when it is full is conflated by whoever fills it. */
export class SeenValues {
  readonly #capacity: number;
  #changes: SeenChange[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#changes.length - this.#next;
  }

  /** False: there is no room. */
  push(change: SeenChange): boolean {
    if (this.length >= this.#capacity) return false;
    this.#changes.push(change);
    return true;
  }

  shift(): SeenChange | undefined {
    const change = this.#changes.at(this.#next);
    if (!change) return undefined;
    this.#next += 1;
    if (this.#next === this.#changes.length) this.clear();
    return change;
  }

  clear(): void {
    this.#changes = [];
    this.#next = 0;
  }
}
