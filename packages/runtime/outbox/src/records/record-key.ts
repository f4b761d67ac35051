/** What stands in the file, in the order of the keys. Names and boxes stand there twice, on different pages: one damaged record costs no other. */
export const recordKinds = {
  format: 0,
  message: 1,
  quarantined: 2,
  topic: 3,
  topicName: 4,
  box: 5,
  boxCopy: 6,
} as const;

export type RecordKind = (typeof recordKinds)[keyof typeof recordKinds];

export interface RecordKey {
  readonly kind: RecordKind;
  readonly box: number;
  /** A sequence, or the number of a topic. */
  readonly number: number;
}

const kindNames = new Map<number, string>(Object.entries(recordKinds).map(([name, kind]) => [kind, name]));

const keyBytes = 11;

/** LMDB compares bytes: big-endian numbers are in order. `into` is overwritten and returned. */
export function writeKey(kind: RecordKind, box: number, number: number, into: Buffer = Buffer.alloc(keyBytes)): Buffer {
  into[0] = kind;
  into.writeUInt16BE(box, 1);
  into.writeUInt32BE(Math.floor(number / 2 ** 32), 3);
  into.writeUInt32BE(number % 2 ** 32, 7);
  return into;
}

/** Undefined for what is none; a damaged tree may show anything. */
export function readKey(key: Buffer): RecordKey | undefined {
  if (key.length !== keyBytes || !kindNames.has(key[0])) return undefined;
  const number = numberOf(key);
  return number > Number.MAX_SAFE_INTEGER ? undefined : { kind: key[0] as RecordKind, box: boxOf(key), number };
}

export function numberOf(key: Buffer): number {
  return key.readUInt32BE(3) * 2 ** 32 + key.readUInt32BE(7);
}

export function boxOf(key: Buffer): number {
  return key.readUInt16BE(1);
}

/** For people. */
export function nameOfKey(key: Buffer): string {
  const read = readKey(key);
  return read ? `${kindNames.get(read.kind)} ${read.box}/${read.number}` : key.toString('hex');
}
