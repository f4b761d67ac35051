import {
  dropReasons,
  type DropReason,
  type OutboxMessage,
  type OutboxState,
  type StoredMessage,
} from '@fieldwarden/outbox';

/** An outbox without a disk, for what stands before it. */
export class MemoryOutbox {
  readonly pending = new Map<number, StoredMessage>();
  readonly dropped: Record<DropReason, number>;
  readonly acknowledged: number[] = [];
  /** Nothing is shown, as while a commit is under way. */
  isHidden = false;
  readonly #topics = new Map<string, number>();
  #last = 0;

  constructor() {
    this.dropped = Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>;
  }

  get state(): OutboxState {
    const bytes = [...this.pending.values()].reduce((sum, { payload }) => sum + payload.length, 0);
    return {
      pending: this.pending.size,
      bytes,
      fileBytes: 0,
      oldestAtMs: null,
      dropped: this.dropped,
      durableUpTo: this.#last,
      trouble: null,
    };
  }

  append(message: OutboxMessage): number {
    this.#last += 1;
    this.pending.set(this.#last, { ...message, sequence: this.#last });
    this.#topics.set(message.topic, (this.#topics.get(message.topic) ?? 0) + 1);
    return this.#last;
  }

  acknowledge(sequence: number): void {
    if (this.#release(sequence)) this.acknowledged.push(sequence);
  }

  drop(sequence: number, reason: DropReason): void {
    if (this.#release(sequence)) this.dropped[reason] += 1;
  }

  read(after: number, limit: number): readonly StoredMessage[] {
    if (this.isHidden) return [];
    return [...this.pending.values()].filter(({ sequence }) => sequence > after).slice(0, limit);
  }

  hasBacklog(topic: string): boolean {
    return (this.#topics.get(topic) ?? 0) > 0;
  }

  #release(sequence: number): boolean {
    const message = this.pending.get(sequence);
    if (!message) return false;
    this.pending.delete(sequence);
    this.#topics.set(message.topic, this.#topics.get(message.topic)! - 1);
    return true;
  }
}
