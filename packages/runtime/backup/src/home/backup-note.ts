import { replaceFileSync } from '@fieldwarden/storage/replace-file';
import { join } from 'node:path';
import type { BackupSummary } from '../write-backup.js';

/** Below the home directory: when the last backup was made, for `doctor`. */
const backupNoteFile = 'backup.json';

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
