import { crc32 } from 'node:zlib';

const bindBytes = 4;

/**
 * A block as it stands in the file. It checks its own bytes; in front of it stands that it belongs to this key, since a damaged page may
 * well show one record under the key of another.
 */
export function boundBlock(key: Buffer, block: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(bindBytes + block.length);
  record.set(block, bindBytes);
  record.writeUInt32LE(bindOf(key, record), 0);
  return record;
}

/** The block within the record; undefined when it does not belong to the key. */
export function unboundBlock(key: Buffer, record: Buffer): Uint8Array | undefined {
  if (record.length < 2 * bindBytes || record.readUInt32LE(0) !== bindOf(key, record)) return undefined;
  return record.subarray(bindBytes);
}

/** Of the key and the block's own checksum, its first bytes. */
function bindOf(key: Buffer, record: Buffer): number {
  return crc32(key, record.readUInt32LE(bindBytes));
}
