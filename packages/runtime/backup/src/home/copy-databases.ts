import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { backupError } from '../backup-error.js';

export interface DatabaseCopy {
  readonly from: string;
  readonly to: string;
}

/** Rejects with BACKUP_INCOMPLETE, in words, if one cannot be copied. */
export async function copyDatabases(copies: readonly DatabaseCopy[], signal?: AbortSignal): Promise<void> {
  if (copies.length === 0) return;
  const program = createRequire(import.meta.url).resolve('@fieldwarden/backup/copy-databases');
  const child = spawn(process.execPath, [program, ...copies.flatMap(({ from, to }) => [from, to])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const [done, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return;
  // One character for each that was copied: the next one ended the process.
  const culprit = basename(copies[Math.min(done.length, copies.length - 1)].from);
  const why = said.trim().slice(0, 300) || 'it is damaged';
  throw backupError('BACKUP_INCOMPLETE', `the backup was not made, ${culprit} cannot be copied: ${why}`);
}
