import { readFile } from 'node:fs/promises';
import { GatewayError } from '@fieldwarden/core';
import { replaceFile } from '@fieldwarden/storage';
import type { TokenEntry } from './token-book.js';

/** Of a token only its hash is kept: whoever reads the file cannot use it. A token is 256 random bits, so a fast hash does. */
export interface StoredToken extends TokenEntry {
  readonly sha256: string;
}

/** A file that does not exist holds no tokens. Rejects with `TOKENS_DAMAGED` for one that cannot be understood. */
export async function readTokens(file: string): Promise<readonly StoredToken[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(file, error);
  });
  return text === undefined ? [] : parseTokens(file, text);
}

export async function writeTokens(file: string, tokens: readonly StoredToken[]): Promise<void> {
  await replaceFile(file, `${JSON.stringify({ version: 1, tokens }, undefined, 2)}\n`);
}

function parseTokens(file: string, text: string): readonly StoredToken[] {
  try {
    const { version, tokens } = JSON.parse(text) as { readonly version?: unknown; readonly tokens?: unknown };
    if (version === 1 && Array.isArray(tokens) && tokens.every(isStoredToken))
      return tokens.map((token) => ({ ...token, usedAt: token.usedAt ?? null }));
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file);
}

/** `usedAt` may be missing: then the token was not used. */
function isStoredToken(entry: unknown): entry is Omit<StoredToken, 'usedAt'> & { readonly usedAt?: string | null } {
  const { name, sha256: hash, createdAt, usedAt = null } = (entry ?? {}) as Partial<Record<keyof StoredToken, unknown>>;
  const isUsed = usedAt === null || typeof usedAt === 'string';
  return isUsed && typeof name === 'string' && typeof createdAt === 'string' && /^[0-9a-f]{64}$/.test(String(hash));
}

function damaged(file: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'TOKENS_DAMAGED',
    kind: 'config',
    message: `${file} cannot be read as a list of tokens: nobody comes in over TCP; the plant and the local socket are not concerned`,
    cause,
  });
}
