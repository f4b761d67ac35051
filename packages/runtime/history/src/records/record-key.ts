/** What stands in the files, in the order of the keys. */
export const recordKinds = { format: 0, tag: 1, facts: 2, journal: 3, block: 4 } as const;

export const hourMs = 3_600_000;

/** Hours since 1970 UTC; times before are in the first one. */
export function hourOf(timeMs: number): number {
  return Math.min(0xffff_ffff, Math.max(0, Math.floor(timeMs / hourMs)));
}

/** Where a block stands: by time first, so that what is written stays together and what is too old is one range (SPEC §8.4). */
export interface BlockPlace {
  readonly hour: number;
  readonly tagId: number;
  /** The generation of rows that it was sealed from. */
  readonly generation: number;
  /** Of the blocks of this tag, hour and generation. */
  readonly part: number;
}

const blockKeyBytes = 15;

/** LMDB compares bytes: big-endian numbers are in order. */
export function blockKey({ hour, tagId, generation, part }: BlockPlace): Buffer {
  const key = Buffer.alloc(blockKeyBytes);
  key[0] = recordKinds.block;
  key.writeUInt32BE(hour, 1);
  key.writeUInt32BE(tagId, 5);
  key.writeUInt32BE(generation, 9);
  key.writeUInt16BE(part, 13);
  return key;
}

/** Undefined for what is none; a damaged tree may show anything. */
export function readBlockKey(key: Buffer): BlockPlace | undefined {
  if (key.length !== blockKeyBytes || key[0] !== recordKinds.block) return undefined;
  return {
    hour: key.readUInt32BE(1),
    tagId: key.readUInt32BE(5),
    generation: key.readUInt32BE(9),
    part: key.readUInt16BE(13),
  };
}

export function tagKey(tagId: number): Buffer {
  return numbered(recordKinds.tag, tagId);
}

export function journalKey(generation: number, index: number): Buffer {
  const key = Buffer.alloc(9);
  key[0] = recordKinds.journal;
  key.writeUInt32BE(generation, 1);
  key.writeUInt32BE(index, 5);
  return key;
}

export function generationOf(journalKeyBytes: Buffer): number {
  return journalKeyBytes.readUInt32BE(1);
}

export const formatKey = Buffer.of(recordKinds.format);

export const factsKey = Buffer.of(recordKinds.facts);

/** Right behind the last record of a kind. */
export function endOfKind(kind: number): Buffer {
  return Buffer.of(kind + 1);
}

function numbered(kind: number, number: number): Buffer {
  const key = Buffer.alloc(5);
  key[0] = kind;
  key.writeUInt32BE(number, 1);
  return key;
}
