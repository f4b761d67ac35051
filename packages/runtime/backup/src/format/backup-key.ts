import { argon2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { damaged, backupError } from '../backup-error.js';

/** How the key of a backup is made of its passphrase; in its head. */
export interface KeyDerivation {
  readonly algorithm: 'argon2id';
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  /** Base64. */
  readonly salt: string;
  /** Base64; tells a wrong passphrase from damage, and is made beside the key. */
  readonly check: string;
}

const derive = promisify(argon2);

const cost = { memory: 65_536, passes: 3, parallelism: 1 } as const;

/** Shorter ones are guessed by whoever has the file: nothing slows him down but the derivation. */
export const minPassphraseLength = 8;

export async function newKey(passphrase: string): Promise<{ readonly key: Buffer; readonly how: KeyDerivation }> {
  if (passphrase.length < minPassphraseLength) {
    throw backupError('BACKUP_PASSPHRASE', `a passphrase has at least ${minPassphraseLength} characters`);
  }
  const salt = randomBytes(16);
  const { key, check } = await derived(passphrase, { ...cost, salt });
  return {
    key,
    how: { algorithm: 'argon2id', ...cost, salt: salt.toString('base64'), check: check.toString('base64') },
  };
}

/** Rejects with BACKUP_PASSPHRASE for one that is not the one it was made with. */
export async function keyFor(passphrase: string | undefined, how: KeyDerivation): Promise<Buffer> {
  if (passphrase === undefined) {
    throw backupError('BACKUP_PASSPHRASE', 'the backup is encrypted: it needs its passphrase (--passphrase-file)');
  }
  const { algorithm, memory, passes, parallelism } = how;
  // Only what this program may have written: a head that asks for terabytes is not met.
  if (algorithm !== 'argon2id' || memory > 1 << 20 || passes > 16 || parallelism > 16) throw damaged('its head asks for an impossible key'); // prettier-ignore
  const salt = Buffer.from(how.salt, 'base64');
  const { key, check } = await derived(passphrase, { memory, passes, parallelism, salt });
  if (check.toString('base64') === how.check) return key;
  throw backupError('BACKUP_PASSPHRASE', 'the passphrase is not that of this backup; nothing was changed');
}

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
}

async function derived(passphrase: string, { salt, ...cost }: Cost): Promise<{ key: Buffer; check: Buffer }> {
  const bytes = await derive('argon2id', { message: Buffer.from(passphrase.normalize('NFC')), nonce: salt, tagLength: 48, ...cost }); // prettier-ignore
  return { key: bytes.subarray(0, 32), check: bytes.subarray(32) };
}
