import { fileProblem } from '@fieldwarden/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SealedSecret } from './sealed-secret.js';

/** Below the home directory. */
export const secretsFileName = 'secrets.json';

/** Of the layout. */
export const secretsVersion = 1;

export interface SecretsFile {
  /** Of the key with which all of them were sealed. */
  readonly keyId: string;
  readonly secrets: Readonly<Record<string, SealedSecret>>;
}

/** What the file says; `problem`: why it says nothing, in words. An absent one holds nothing. */
export type ReadSecrets = { readonly file: SecretsFile | undefined } | { readonly problem: string };

export function readSecretsFile(home: string): ReadSecrets {
  const path = join(home, secretsFileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { file: undefined };
    return { problem: `${path} cannot be read: ${fileProblem(error)}` };
  }
  return parsed(text, path);
}

function parsed(text: string, path: string): ReadSecrets {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: damaged(path) };
  }
  const { version, keyId, secrets } = (json ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof version === 'number' && version > secretsVersion) {
    return { problem: `${path} was written by a newer version (layout ${version})` };
  }
  if (version !== secretsVersion || typeof keyId !== 'string' || !isRecord(secrets)) return { problem: damaged(path) };
  // One that is not whole costs itself: it does not open.
  const whole = Object.entries(secrets).filter((entry): entry is [string, SealedSecret] => isRecord(entry[1]));
  return { file: { keyId, secrets: Object.fromEntries(whole) } };
}

function damaged(path: string): string {
  return `${path} is damaged; bring it back from a backup, or remove it and set the secrets again`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
