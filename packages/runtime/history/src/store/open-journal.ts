import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Clock } from '@fieldwarden/core';
import { proveOrSetAside } from '@fieldwarden/storage/lmdb';
import { JournalFile } from '../files/journal-file.js';

export const journalName = 'history.journal.mdb';

const programOf = createRequire(import.meta.url);

/** The journal, looked through before it is opened, and what of it is lost, in words. */
export async function openJournal(
  folder: string,
  clock: Clock,
): Promise<{ journal: JournalFile; lost: string | undefined }> {
  const path = join(folder, journalName);
  const program = programOf.resolve('@fieldwarden/history/prove-journal');
  const lost = await proveOrSetAside({ path, program, clock }, 'values that were in no block yet are missing');
  return { journal: await JournalFile.open(path), lost };
}
