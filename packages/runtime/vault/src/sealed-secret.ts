import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';

/** Node takes a tag of four bytes, too, unless it is told how long it is. */
const authTagLength = 16;

/** NIST SP 800-38D, 8.2. */
const nonceBytes = 12;

/** A value as it lies on the disk; all but the time in base64. */
export interface SealedSecret {
  readonly nonce: string;
  readonly tag: string;
  readonly data: string;
  /** ISO-8601, UTC: when it was set. */
  readonly changedAt: string;
}

/** The name goes with it: a value that is moved under another name does not open. */
export function sealSecret(name: string, value: string, key: Buffer, changedAt: string): SealedSecret {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength });
  cipher.setAAD(Buffer.from(name, 'utf8'));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  const base64 = (bytes: Buffer): string => bytes.toString('base64');
  return { nonce: base64(nonce), tag: base64(cipher.getAuthTag()), data: base64(data), changedAt };
}

/** Undefined for one that is not what was sealed under this name with this key. */
export function openSecret(name: string, { nonce, tag, data }: SealedSecret, key: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce, 'base64'), { authTagLength });
    decipher.setAAD(Buffer.from(name, 'utf8'));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
