import { crc32 } from 'node:zlib';

/** Before the content of each record. */
export const checkBytes = 4;

/**
 * Puts the check in front: CRC-32 over the content, seeded with the key, since a damaged page may well show one record under the key of another.
 * LMDB has no checksums of its own. `record`: four free bytes, then the content.
 */
export function seal(key: Buffer, record: Buffer): Buffer {
  record.writeUInt32LE(checkOf(key, record), 0);
  return record;
}

/** The check fits. */
export function isSound(key: Buffer, stored: Uint8Array): boolean {
  if (stored.length < checkBytes) return false;
  const record = bufferOf(stored);
  return record.readUInt32LE(0) === checkOf(key, record);
}

/** In the memory of `stored`. */
export function contentOf(stored: Uint8Array): Buffer {
  return bufferOf(stored).subarray(checkBytes);
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

/** CRC-32 with different seeds differs for the same content. */
function checkOf(key: Buffer, record: Buffer): number {
  const place = (key[0] << 16) | key.readUInt16BE(1);
  const seed = Math.imul(place, 0x9e37_79b1) ^ Math.imul(key.readUInt32BE(3), 0x85eb_ca6b) ^ key.readUInt32BE(7);
  return crc32(record.subarray(checkBytes), seed >>> 0);
}
