import { dropReasons } from '../outbox-state.js';
import { checkBytes } from './sealed-record.js';

/** Counters of a topic as they stand in the file: they fit the messages that stand there. */
export interface TopicRecord {
  readonly name: string;
  readonly appended: number;
  readonly acknowledged: number;
  /** In the order of `dropReasons`. */
  readonly dropped: readonly number[];
}

const counters = 2 + dropReasons.length;

/** To be sealed. */
export function encodeTopic({ name, appended, acknowledged, dropped }: TopicRecord): Buffer {
  const record = Buffer.alloc(checkBytes + 8 * counters + Buffer.byteLength(name));
  [appended, acknowledged, ...dropped].forEach((count, index) => record.writeDoubleLE(count, checkBytes + 8 * index));
  record.write(name, checkBytes + 8 * counters);
  return record;
}

export function decodeTopic(content: Buffer): TopicRecord {
  const numbers = Array.from({ length: counters }, (_, index) => content.readDoubleLE(8 * index));
  const [appended, acknowledged, ...dropped] = numbers;
  return { name: content.toString('utf8', 8 * counters), appended, acknowledged, dropped };
}

/** To be sealed. */
export function encodeText(text: string): Buffer {
  const record = Buffer.alloc(checkBytes + Buffer.byteLength(text));
  record.write(text, checkBytes);
  return record;
}
