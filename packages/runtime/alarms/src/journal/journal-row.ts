import type { AlarmPriority } from '@fieldwarden/gateway-contract';
import type { StateTransition } from '../state/state-input.js';

/** One transition of one alarm, as it is kept. Plain JSON. */
export interface JournalRow {
  /** Grows by one with each row, over restarts. */
  readonly seq: number;
  /** By the gateway's clock; ISO 8601. */
  readonly at: string;
  /** Of the condition. */
  readonly id: string;
  readonly driverId: string | null;
  readonly device: string | null;
  readonly area: string | null;
  readonly priority: AlarmPriority;
  readonly message: string;
  readonly transition: StateTransition;
  readonly value: unknown;
  readonly quality: string | null;
  /** Null where no person did it. */
  readonly user: string | null;
  readonly note: string | null;
  /** Of the configuration that ran; null before any did. */
  readonly generation: number | null;
}

/** Which rows; all that is undefined fits. */
export interface JournalQuery {
  /** ms since 1970 UTC, included. */
  readonly fromMs?: number | undefined;
  /** Not included. */
  readonly toMs?: number | undefined;
  readonly id?: string | undefined;
  /** Exactly it, or an area within it. */
  readonly area?: string | undefined;
  readonly transition?: StateTransition | undefined;
  /** Part of the id, message, user or note, in any case. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** Older than this row. */
  readonly beforeSeq?: number | undefined;
}

export interface JournalPage {
  /** The newest first. */
  readonly rows: readonly JournalRow[];
  /** `beforeSeq` of the next page; null: there is none. */
  readonly next: number | null;
}

export function fits(row: JournalRow, query: JournalQuery): boolean {
  const { fromMs, toMs, id, area, transition, beforeSeq } = query;
  const atMs = Date.parse(row.at);
  if (beforeSeq !== undefined && row.seq >= beforeSeq) return false;
  if (fromMs !== undefined && atMs < fromMs) return false;
  if (toMs !== undefined && atMs >= toMs) return false;
  if (id !== undefined && row.id !== id) return false;
  if (transition !== undefined && row.transition !== transition) return false;
  if (area !== undefined && row.area !== area && row.area?.startsWith(`${area}/`) !== true) return false;
  return hasText(row, query.text?.toLowerCase());
}

function hasText({ id, message, user, note }: JournalRow, text: string | undefined): boolean {
  if (text === undefined || text === '') return true;
  return [id, message, user, note].some((field) => field?.toLowerCase().includes(text) === true);
}
