import type { Clock, Logger } from '@fieldwarden/core';
import type { OutboxMessage, StoredMessage } from './outbox-message.js';
import type { DropReason, OutboxLimits, OutboxState, TopicState } from './outbox-state.js';

export interface OutboxOptions {
  /** `<home>/outbox.mdb`; opened once in a process, however many outboxes are in it. */
  readonly file: string;
  /** Of this outbox, for ever. One opens a name at a time. */
  readonly name: string;
  readonly limits: OutboxLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after each commit, and whenever there is new trouble; at most 20 times a second. */
  readonly changed?: (state: OutboxState) => void;
}

/** Messages that wait for somebody outside, on disk until they are acknowledged (SPEC §10.2). */
export interface OutboxBox extends AsyncDisposable {
  /**
   * Takes a message into the next commit, at most 100 ms later. Its sequence; 0 where neither disk nor memory has room for it: then it is counted as
   * `disk`, and must not be sent.
   */
  append(message: OutboxMessage): number;
  /** It is gone. What is not pending (any more) is ignored. One that was not committed yet is never written. */
  acknowledge(sequence: number): void;
  /** It is given up. `poison` keeps a copy in the quarantine. What is not pending (any more) is ignored. */
  drop(sequence: number, reason: DropReason): void;
  /** Pending ones with a greater sequence, oldest first, committed or not, at least one if there is any. Copies. */
  read(after: number, limit: number, maxBytes: number): readonly StoredMessage[];
  /** Whether any message of the topic is pending, those in flight included. */
  hasBacklog(topic: string): boolean;
  /** All that was done so far is on disk, each counter included. Rejects with kind `unreachable` when the disk refuses. */
  flush(): Promise<void>;
  /** Gives up all that is pending now; how many. Rejects with kind `unreachable` when the disk refuses. */
  purge(): Promise<number>;
  setLimits(limits: OutboxLimits): void;
  readonly state: OutboxState;
  /** Those with most pending first, then with most dropped. */
  topics(limit: number): readonly TopicState[];
  /** The newest first. */
  quarantined(limit: number): readonly StoredMessage[];
  /** Writes what waits. Never rejects. */
  close(): Promise<void>;
}
