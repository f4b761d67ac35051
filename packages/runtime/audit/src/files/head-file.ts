import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@fieldwarden/storage';
import type { ChainPosition } from '../chain/audit-row.js';

/** In the home directory: the last row as it was some time ago. Without it nobody could tell that the end of the audit was cut off. */
export const headName = 'audit.head';

/** Undefined if there is none, or none that can be understood: the audit itself is what counts. */
export async function readHead(folder: string): Promise<ChainPosition | undefined> {
  try {
    const { seq, hash } = JSON.parse(await readFile(join(folder, headName), 'utf8')) as Partial<ChainPosition>;
    const isHead = Number.isSafeInteger(seq) && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
    return isHead ? { seq: seq!, hash } : undefined;
  } catch {
    return undefined;
  }
}

/** Only of rows that are on disk. */
export async function writeHead(folder: string, { seq, hash }: ChainPosition): Promise<void> {
  await replaceFile(join(folder, headName), `${JSON.stringify({ seq, hash })}\n`);
}
