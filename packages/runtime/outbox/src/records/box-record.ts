import type { DropReason } from '../outbox-state.js';
import { decodeText, encodeText } from './topic-record.js';

/** What is known of an outbox as a whole; JSON in the file. */
export interface BoxRecord {
  readonly name: string;
  /** No sequence below it may be given by whoever opens the file next. */
  readonly reservedTo: number;
  /** The outbox's own clock, and the wall clock at that moment. */
  readonly clockMs: number;
  readonly wallMs: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** To be sealed. */
export function encodeBox(record: BoxRecord): Buffer {
  return encodeText(JSON.stringify(record));
}

export function decodeBox(record: Buffer): BoxRecord {
  return JSON.parse(decodeText(record)) as BoxRecord;
}
