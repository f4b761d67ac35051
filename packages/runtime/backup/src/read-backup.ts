import { isGatewayError } from '@fieldwarden/core';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { backupError, damaged } from './backup-error.js';
import { readHead, type BackupHead } from './format/backup-head.js';
import { keyFor } from './format/backup-key.js';
import { ByteReader } from './format/byte-reader.js';
import { decodeEntries, type BackupEntry, type EntrySink } from './format/entries.js';
import { readFrames } from './format/frames.js';
import { homeFormat } from './home/home-version.js';

export interface ReadBackup {
  readonly head: BackupHead;
  readonly entries: readonly BackupEntry[];
}

/** Only looks. */
const nowhere: EntrySink = {
  begin: () => Promise.resolve(),
  write: () => Promise.resolve(),
  end: () => Promise.resolve(),
};

/**
 * Reads a backup to its end and proves every byte of it; only then is what the sink got worth anything. Rejects with BACKUP_NO_BACKUP,
 * BACKUP_DAMAGED, BACKUP_CUT, BACKUP_PASSPHRASE, BACKUP_NEWER, each in words.
 */
export async function readBackup(
  pieces: AsyncIterable<Uint8Array>,
  passphrase: string | undefined,
  sink: EntrySink = nowhere,
): Promise<ReadBackup> {
  const reader = new ByteReader(pieces);
  const { head, digest } = await readHead(reader);
  if (head.homeFormat > homeFormat) throw newer(head);
  const key = head.encryption ? await keyFor(passphrase, head.encryption) : undefined;
  const sealed = Readable.from(readFrames(reader, key, digest), { objectMode: false });
  const content = createGunzip();
  sealed.on('error', (error) => content.destroy(error));
  try {
    return { head, entries: await decodeEntries(new ByteReader(sealed.pipe(content)), sink) };
  } catch (error) {
    throw isGatewayError(error) || isOfTheSystem(error) ? error : damaged((error as Error).message);
  } finally {
    sealed.destroy();
    content.destroy();
  }
}

function newer({ version }: BackupHead): Error {
  return backupError('BACKUP_NEWER', `the backup is of a home directory of Fieldwarden ${version}, which this version does not understand; bring it back with that version or a newer one`); // prettier-ignore
}

/** Of the sink: a full disk is no damage. */
function isOfTheSystem(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
