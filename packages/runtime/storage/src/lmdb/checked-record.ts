import { createHash } from 'node:crypto';

const checkBytes = 16;

/**
 * A record as it stands in the file: a check over its key and its content, then the content. LMDB has no checksums of its own, and a
 * damaged page may well show one record under the key of another.
 */
export function sealRecord(key: string | Uint8Array, content: Uint8Array): Buffer {
  return Buffer.concat([checkOf(key, content), content]);
}

/** The content; undefined when the check does not fit. */
export function openRecord(key: string | Uint8Array, stored: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const content = bytes.subarray(checkBytes);
  const isSound = bytes.length >= checkBytes && checkOf(key, content).equals(bytes.subarray(0, checkBytes));
  return isSound ? content : undefined;
}

function checkOf(key: string | Uint8Array, content: Uint8Array): Buffer {
  return createHash('sha256').update(key).update(content).digest().subarray(0, checkBytes);
}
