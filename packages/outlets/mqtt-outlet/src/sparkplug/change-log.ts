import type { StatusCode, TagValue } from '@fieldwarden/core';
import type { EdgeChanges } from '@fieldwarden/sparkplug';
import type { TagSource } from '@fieldwarden/service';

/** Changes that may wait: some seconds of a large plant. */
const waitingChanges = 100_000;

/**
 * Changes of tags in the order in which they were seen. A tag that changes twice is told twice; where that would be too much, or `isConflating`,
 * only its newest value.
 */
export class ChangeLog implements EdgeChanges {
  readonly #tags: TagSource;
  #handles: number[] = [];
  #values: (TagValue | null)[] = [];
  #statuses: StatusCode[] = [];
  #sourceTimes: number[] = [];
  /** Tags that are published. */
  #watched: ReadonlySet<number> = new Set();
  /** Tags whose present value is to be told. */
  readonly #latest = new Set<number>();
  #conflated = 0;
  isConflating = false;

  constructor(tags: TagSource) {
    this.#tags = tags;
  }

  get count(): number {
    return this.#handles.length;
  }

  get isEmpty(): boolean {
    return this.#handles.length === 0 && this.#latest.size === 0;
  }

  /** How many tags are followed. */
  get watched(): number {
    return this.#watched.size;
  }

  /** Changes that a newer one replaced before they were told. */
  get conflated(): number {
    return this.#conflated;
  }

  /** Changes of other tags are not taken down from now on. */
  watch(handles: ReadonlySet<number>): void {
    this.#watched = handles;
  }

  add(handle: number): void {
    if (!this.#watched.has(handle)) return;
    if (!this.isConflating && this.#handles.length < waitingChanges && !this.#latest.has(handle))
      return this.#push(handle);
    if (this.#latest.has(handle)) this.#conflated += 1;
    this.#latest.add(handle);
  }

  /** Handles are used again for other tags: what waits of one that goes is given up. */
  forget(handles: Uint32Array): void {
    const gone = new Set(handles);
    this.#watched = new Set([...this.#watched].filter((handle) => !gone.has(handle)));
    for (const handle of gone) this.#latest.delete(handle);
    // No tag has this handle: its rows are passed over.
    this.#handles = this.#handles.map((handle) => (gone.has(handle) ? -1 : handle));
  }

  /** Adds what was left for the present value; to be read and cleared. */
  settle(): this {
    for (const handle of this.#latest) this.#push(handle);
    this.#latest.clear();
    return this;
  }

  clear(): void {
    this.#handles = [];
    this.#values = [];
    this.#statuses = [];
    this.#sourceTimes = [];
  }

  handle(row: number): number {
    return this.#handles[row];
  }

  value(row: number): TagValue | null {
    return this.#values[row];
  }

  status(row: number): StatusCode {
    return this.#statuses[row];
  }

  sourceAtMs(row: number): number {
    return this.#sourceTimes[row];
  }

  /** Everything is asked before anything is taken down. */
  #push(handle: number): void {
    const value = this.#tags.value(handle);
    const status = this.#tags.status(handle);
    const sourceAtMs = this.#tags.sourceAtMs(handle);
    this.#handles.push(handle);
    this.#values.push(value);
    this.#statuses.push(status);
    this.#sourceTimes.push(sourceAtMs);
  }
}
