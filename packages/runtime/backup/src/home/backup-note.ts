import { replaceFileSync } from '@fieldwarden/storage/replace-file';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupSummary } from '../write-backup.js';

/** Below the home directory: when the last backup was made, for `doctor`. */
const backupNoteFile = 'backup.json';

/** When the last backup of this home directory was made; undefined where none was, or nothing can be read. */
export function lastBackupAt(home: string): Date | undefined {
  try {
    const { at } = JSON.parse(readFileSync(join(home, backupNoteFile), 'utf8')) as { readonly at?: unknown };
    const date = new Date(String(at));
    return Number.isNaN(date.getTime()) ? undefined : date;
  } catch {
    return undefined;
  }
}

/** A disk that takes nothing does not make a backup undone. */
export function noteBackup(home: string, { createdAt, encrypted, entries }: BackupSummary): void {
  try {
    replaceFileSync(
      join(home, backupNoteFile),
      `${JSON.stringify({ at: createdAt, encrypted, files: entries.length })}\n`,
    );
  } catch {
    // Then the next `doctor` asks for one too many.
  }
}
