import { GatewayError, fileProblem } from '@fieldwarden/core';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFileSync } from '@fieldwarden/storage/replace-file';

/** AES-256. */
const keyBytes = 32;

/** Below `$CREDENTIALS_DIRECTORY`, as the unit file says: `LoadCredentialEncrypted=fieldwarden.key:…`. */
export const credentialName = 'fieldwarden.key';

/** Below the home directory. */
export const ownKeyName = 'secret.key';

export interface VaultKey {
  readonly key: Buffer;
  /** Says which key it is, and nothing of it. */
  readonly id: string;
}

/** Where the key comes from, the first that is said: a systemd credential, a named file, the home directory's own (SPEC §13.5). */
export function keyPlace(home: string, env: NodeJS.ProcessEnv): { readonly path: string; readonly isOwn: boolean } {
  const credential = env.CREDENTIALS_DIRECTORY && join(env.CREDENTIALS_DIRECTORY, credentialName);
  if (credential && existsSync(credential)) return { path: credential, isOwn: false };
  if (env.FIELDWARDEN_KEY_FILE) return { path: env.FIELDWARDEN_KEY_FILE, isOwn: false };
  return { path: join(home, ownKeyName), isOwn: true };
}

/** Undefined where the home directory has none yet. Throws SECRET_KEY_UNUSABLE, kind `config`. */
export function readKey(home: string, env: NodeJS.ProcessEnv): VaultKey | undefined {
  const { path, isOwn } = keyPlace(home, env);
  if (isOwn && !existsSync(path)) return undefined;
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw unusable(`the key of secrets cannot be read from ${path}: ${fileProblem(error)}`, error);
  }
  const key = keyOf(content);
  if (key) return { key, id: idOf(key) };
  throw unusable(`${path} is no key of secrets: a key is 32 bytes, as they are, in hexadecimal or in base64`);
}

/** Makes the home directory's own key, readable by this user alone. */
export function makeOwnKey(home: string): VaultKey {
  const key = randomBytes(keyBytes);
  replaceFileSync(join(home, ownKeyName), `${key.toString('base64')}\n`);
  return { key, id: idOf(key) };
}

/** As people and tools write keys. */
function keyOf(content: Buffer): Buffer | undefined {
  if (content.length === keyBytes) return content;
  const text = content.toString('latin1').trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const decoded = /^[A-Za-z0-9+/]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  return decoded?.length === keyBytes ? decoded : undefined;
}

function idOf(key: Buffer): string {
  return createHash('sha256').update('fieldwarden secrets').update(key).digest('hex').slice(0, 16);
}

function unusable(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'SECRET_KEY_UNUSABLE', kind: 'config', message, cause });
}
