/**
 * Why a message was given up. `count`, `bytes`, `age`: a limit, the oldest goes first. `refused`, `too-large`, `poison`: what the owner said of it.
 * `disk`: the disk did not take it, or gave it back damaged.
 */
export const dropReasons = ['count', 'bytes', 'age', 'refused', 'too-large', 'poison', 'purged', 'disk'] as const;

export type DropReason = (typeof dropReasons)[number];

export interface OutboxLimits {
  readonly maxMessages: number;
  /** Of topics and payloads. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Pending messages from which on the owner raises its alarm; the outbox itself does not look at it. */
  readonly warnAt: number;
}

export interface OutboxState {
  /** Neither acknowledged nor dropped. */
  readonly pending: number;
  /** Topics and payloads of those that are pending. */
  readonly bytes: number;
  /** Of the whole file, which other outboxes share. It never shrinks while it is open. */
  readonly fileBytes: number;
  /** `atMs` of the oldest that is pending. */
  readonly oldestAtMs: number | null;
  /** Since the outbox was made. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Every message up to this sequence is on disk or gone. */
  readonly durableUpTo: number;
  /** What needs a person, in sentences; null when all is well. */
  readonly trouble: string | null;
}

/** Counters since the topic was first seen: `appended` = `acknowledged` + all of `dropped` + `pending`. */
export interface TopicState {
  readonly topic: string;
  readonly pending: number;
  readonly appended: number;
  readonly acknowledged: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}
