import { basename } from 'node:path';
import { GatewayError } from '@fieldwarden/core';
import { everywhere } from '@fieldwarden/gateway-contract';
import { replaceFile } from '@fieldwarden/storage';
import { isGrant } from '../store/account.js';
import { haveOwnNames, readListFile } from '../store/list-file.js';
import type { TokenEntry } from './token-book.js';

/** Of a token only its hash is kept: whoever reads the file cannot use it. A token is 256 random bits, so a fast hash does. */
export interface StoredToken extends TokenEntry {
  readonly sha256: string;
}

/** Version 1 had no roles: its tokens opened everything, for ever. A gateway that knows only it must not take a viewer's token for one of those. */
const version = 2;

/** A file that does not exist holds no tokens. Rejects with `TOKENS_DAMAGED` for one that cannot be understood. */
export async function readTokens(file: string): Promise<readonly StoredToken[]> {
  return await readListFile(file, { parse: parseTokens, damaged });
}

export async function writeTokens(file: string, tokens: readonly StoredToken[]): Promise<void> {
  await replaceFile(file, `${JSON.stringify({ version, tokens }, undefined, 2)}\n`);
}

function parseTokens(content: Readonly<Record<string, unknown>>): readonly StoredToken[] | undefined {
  const tokens: readonly unknown[] = Array.isArray(content['tokens']) ? content['tokens'] : [undefined];
  const isFormer = content['version'] === 1;
  const read = tokens.map((token) => (isFormer ? fromVersion1(token) : token));
  if ((!isFormer && content['version'] !== version) || !read.every(isStoredToken)) return undefined;
  return haveOwnNames(read.map(({ name }) => name)) ? read : undefined;
}

function fromVersion1(token: unknown): unknown {
  return { usedAt: null, ...(token as object), role: 'admin', areas: everywhere, expiresAt: null, lastUsedAt: null };
}

function isStoredToken(entry: unknown): entry is StoredToken {
  const token = (entry ?? {}) as Partial<Record<keyof StoredToken, unknown>>;
  const { name, sha256, createdAt, role, areas } = token;
  return (
    typeof name === 'string' &&
    typeof createdAt === 'string' &&
    /^[0-9a-f]{64}$/.test(String(sha256)) &&
    isGrant(role, areas) &&
    [token.usedAt, token.expiresAt, token.lastUsedAt].every((time) => time === null || typeof time === 'string')
  );
}

function damaged(file: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'TOKENS_DAMAGED',
    kind: 'config',
    message: `${basename(file)} in the home directory cannot be read as a list of tokens: nobody comes in with a token; the plant, passwords and the local socket are not concerned`,
    cause,
  });
}
