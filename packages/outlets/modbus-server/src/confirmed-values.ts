import type { TagValue } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import type { TagReader } from './reads.js';

/**
 * What devices confirmed and nobody has read again yet. A mask write changes some bits of a register and keeps the others: of two that
 * follow each other within a scan the second must keep what the first one set, although the tag still shows the value before both.
 */
export class ConfirmedValues implements TagReader {
  readonly #tags: Pick<TagSource, 'status' | 'value' | 'sourceAtMs'>;
  readonly #confirmed = new Map<number, { readonly value: TagValue; readonly atMs: number }>();

  constructor(tags: Pick<TagSource, 'status' | 'value' | 'sourceAtMs'>) {
    this.#tags = tags;
  }

  /** `atMs`: when the device confirmed, ms since 1970 UTC. */
  note(handle: number, value: TagValue, atMs: number): void {
    this.#confirmed.set(handle, { value, atMs });
  }

  /** Nobody knows what the device has now. */
  forget(handle: number): void {
    this.#confirmed.delete(handle);
  }

  status(handle: number): number {
    return this.#tags.status(handle);
  }

  value(handle: number): TagValue | null {
    const confirmed = this.#confirmed.get(handle);
    if (confirmed === undefined) return this.#tags.value(handle);
    if (this.#tags.sourceAtMs(handle) <= confirmed.atMs) return confirmed.value;
    this.#confirmed.delete(handle);
    return this.#tags.value(handle);
  }
}
