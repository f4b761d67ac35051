import { basename } from 'node:path';
import { GatewayError } from '@fieldwarden/core';
import { replaceFile } from '@fieldwarden/storage';
import { isArgon2Hash } from '../passwords/argon2-hash.js';
import { isGrant, type Account } from './account.js';
import { haveOwnNames, readListFile } from './list-file.js';

/** A file that does not exist holds no accounts. Rejects with `ACCOUNTS_DAMAGED` for one that cannot be understood. */
export async function readAccounts(file: string): Promise<readonly Account[]> {
  return await readListFile(file, { parse: parseAccounts, damaged });
}

export async function writeAccounts(file: string, accounts: readonly Account[]): Promise<void> {
  await replaceFile(file, `${JSON.stringify({ version: 1, accounts }, undefined, 2)}\n`);
}

function parseAccounts({ version, accounts }: Readonly<Record<string, unknown>>): readonly Account[] | undefined {
  if (version !== 1 || !Array.isArray(accounts) || !accounts.every(isAccount)) return undefined;
  return haveOwnNames(accounts.map(({ name }) => name.toLowerCase())) ? accounts : undefined;
}

function isAccount(entry: unknown): entry is Account {
  const account = (entry ?? {}) as Partial<Record<keyof Account, unknown>>;
  const { name, role, areas, enabled, createdAt, lastSignInAt, password, totp, certificates } = account;
  return (
    typeof name === 'string' &&
    isGrant(role, areas) &&
    typeof enabled === 'boolean' &&
    typeof createdAt === 'string' &&
    (lastSignInAt === null || typeof lastSignInAt === 'string') &&
    isArgon2Hash(password) &&
    (totp === null || isTotp(totp)) &&
    Array.isArray(certificates) &&
    certificates.every((thumbprint) => typeof thumbprint === 'string')
  );
}

function isTotp(entry: unknown): boolean {
  const { secret, lastStep } = (entry ?? {}) as { readonly secret?: unknown; readonly lastStep?: unknown };
  return typeof secret === 'string' && /^[A-Z2-7]{16,128}$/.test(secret) && Number.isSafeInteger(lastStep);
}

function damaged(file: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'ACCOUNTS_DAMAGED',
    kind: 'config',
    message: `${basename(file)} in the home directory cannot be read as a list of accounts: nobody signs in by a password; the plant, tokens and the local socket are not concerned`,
    cause,
  });
}
