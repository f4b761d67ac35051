import type { OutboxTransaction } from './outbox-database.js';

/** What a tick allows its outboxes to do. */
export interface TickBounds {
  /** Of new messages: 0 on a disk that has no room for them. */
  readonly appendBytes: number;
  /** Counters of all topics are written, whatever they cost. */
  readonly everything: boolean;
}

/** An outbox, as the file sees it. All but `beforeTick` are called in one go, without anything in between. */
export interface OutboxPart {
  /** Gives up what is beyond the limits. */
  beforeTick(): void;
  /** When the next commit should be, in ms from now: 0 at once, Infinity if there is nothing to write. */
  readonly dueInMs: number;
  /** Payload bytes that wait for the file. */
  readonly waitingBytes: number;
  /** Within the transaction: puts what is to be on disk. */
  write(transaction: OutboxTransaction, bounds: TickBounds): void;
  /** It is on disk. */
  written(): void;
  /** None of it is for sure. */
  notWritten(): void;
  /** Of the file as a whole; null when all is well again. */
  trouble(text: string | null): void;
}
