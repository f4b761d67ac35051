import type { DropReason, OutboxLimits } from '../outbox-state.js';
import type { MessageLedger } from './message-ledger.js';

/** Given up in one tick; the next one follows at once. */
const maxPerTick = 10_000;

export interface OldestMessage {
  readonly appendedMs: number;
  readonly atMs: number;
}

/** Gives up the oldest messages that are beyond the limits, or were purged. */
export class MessageLimits {
  #limits: OutboxLimits;
  readonly #ledger: MessageLedger;
  #purgeTo = 0;
  #hasMore = false;
  #oldest: OldestMessage | undefined;

  constructor(ledger: MessageLedger, limits: OutboxLimits) {
    this.#ledger = ledger;
    this.#limits = limits;
  }

  set(limits: OutboxLimits): void {
    this.#limits = limits;
  }

  /** All up to this sequence go. */
  purge(to: number): void {
    this.#purgeTo = to;
  }

  get purgeTo(): number {
    return this.#purgeTo;
  }

  /** As of the last look. */
  get oldest(): OldestMessage | undefined {
    return this.#oldest;
  }

  /** When the next message is beyond a limit. `ageMs`: now, on the outbox's own clock. */
  dueInMs(ageMs: number): number {
    if (this.#hasMore) return 0;
    if (!this.#oldest || this.#ledger.pending === 0) return Infinity;
    return Math.max(0, this.#oldest.appendedMs + this.#limits.maxAgeMs + 1 - ageMs);
  }

  /** Which message is the oldest now. */
  look(): void {
    this.#oldest = this.#ledger.pending === 0 ? undefined : first(this.#ledger.oldest());
  }

  /** `nowMs`: on the monotonic clock. */
  apply(ageMs: number, nowMs: number): void {
    this.#hasMore = false;
    if (this.#ledger.pending === 0) this.#purgeTo = 0;
    if (this.#ledger.isHeldUp || !this.#mayApply(ageMs)) return;
    let left = maxPerTick;
    for (const { sequence, appendedMs } of this.#ledger.oldest()) {
      const reason = this.#reasonFor(sequence, appendedMs, ageMs);
      if (!reason) break;
      if (left === 0) {
        this.#hasMore = true;
        break;
      }
      this.#ledger.release(sequence, reason, nowMs);
      left -= 1;
    }
    if (!this.#hasMore) this.#purgeTo = 0;
    this.look();
  }

  #mayApply(ageMs: number): boolean {
    const { pending, bytes } = this.#ledger;
    const { maxMessages, maxBytes } = this.#limits;
    return pending > 0 && (this.#purgeTo > 0 || pending > maxMessages || bytes > maxBytes || this.dueInMs(ageMs) === 0);
  }

  #reasonFor(sequence: number, appendedMs: number, ageMs: number): DropReason | undefined {
    const { maxMessages, maxBytes, maxAgeMs } = this.#limits;
    if (sequence <= this.#purgeTo) return 'purged';
    if (this.#ledger.pending > maxMessages) return 'count';
    if (this.#ledger.bytes > maxBytes) return 'bytes';
    return ageMs - appendedMs > maxAgeMs ? 'age' : undefined;
  }
}

function first<T>(values: Iterable<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
