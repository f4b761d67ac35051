import type { DropReason } from '@fieldwarden/outbox';
import type { DayLayout } from './server/history-schema.js';

/** How the history database is, as people and figures see it. */
export interface DatabaseState {
  /** `host:port/database`. */
  readonly where: string;
  readonly connected: boolean;
  /** How days are kept there; null before the first connection. */
  readonly layout: DayLayout | null;
  /** Batches that wait on disk, some tenths of a second of values each. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** When the oldest of them was queued, ms since 1970 UTC. */
  readonly oldestAtMs: number | null;
  /** Rows that are in the database, since the gateway started. */
  readonly written: number;
  /** Rows too old to be kept, or far ahead of the database's clock: not written. */
  readonly outOfRange: number;
  /** Batches that were given up, and why, since the queue was made. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Since the last success; null while all is well. */
  readonly lastError: string | null;
  /** What is wrong with the queue on disk. */
  readonly trouble: string | null;
}
