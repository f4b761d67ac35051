import { crc32 } from 'node:zlib';

/** In front of the content of each record. */
export const checkBytes = 4;

/**
 * Writes the check: CRC-32 over the record, seeded with the key, since a damaged page may well show one record under the key of another. LMDB has
 * no checksums of its own. `record`: four bytes, then the content.
 */
export function seal(key: Buffer, record: Buffer): Buffer {
  record.writeUInt32LE(0, 0);
  record.writeUInt32LE(crc32(record, seedOf(key)), 0);
  return record;
}

/** The check fits. Writes to `stored`, and leaves it as it was: no view of it need be made. */
export function isSound(key: Buffer, stored: Buffer): boolean {
  if (stored.length < checkBytes) return false;
  const check = stored.readUInt32LE(0);
  stored.writeUInt32LE(0, 0);
  const isFitting = crc32(stored, seedOf(key)) === check;
  stored.writeUInt32LE(check, 0);
  return isFitting;
}

/** CRC-32 with different seeds differs for the same record. */
function seedOf(key: Buffer): number {
  const place = (key[0] << 16) | key.readUInt16BE(1);
  return (Math.imul(place, 0x9e37_79b1) ^ Math.imul(key.readUInt32BE(3), 0x85eb_ca6b) ^ key.readUInt32BE(7)) >>> 0;
}
