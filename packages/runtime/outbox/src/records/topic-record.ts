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

const dropsAt = checkBytes + 16;
const nameAt = dropsAt + 8 * dropReasons.length;

let scratch = Buffer.alloc(1_024);

/** To be sealed; lies in memory that the next call uses again. `nameBytes`: of the name in UTF-8. */
export function encodeTopic({ name, appended, acknowledged, dropped }: TopicRecord, nameBytes: number): Buffer {
  const length = nameAt + nameBytes;
  if (scratch.length < length) scratch = Buffer.alloc(2 * length);
  scratch.writeDoubleLE(appended, checkBytes);
  scratch.writeDoubleLE(acknowledged, checkBytes + 8);
  for (let i = 0; i < dropped.length; i += 1) scratch.writeDoubleLE(dropped[i], dropsAt + 8 * i);
  scratch.write(name, nameAt);
  return scratch.subarray(0, length);
}

export function decodeTopic(record: Buffer): TopicRecord {
  return {
    name: record.toString('utf8', nameAt),
    appended: record.readDoubleLE(checkBytes),
    acknowledged: record.readDoubleLE(checkBytes + 8),
    dropped: dropReasons.map((_, index) => record.readDoubleLE(dropsAt + 8 * index)),
  };
}

/** To be sealed. */
export function encodeText(text: string): Buffer {
  const record = Buffer.alloc(checkBytes + Buffer.byteLength(text));
  record.write(text, checkBytes);
  return record;
}

export function decodeText(record: Buffer): string {
  return record.toString('utf8', checkBytes);
}
