import { createHash } from 'node:crypto';
import { backupError, damaged } from '../backup-error.js';
import type { ByteReader } from './byte-reader.js';
import { uint32 } from './byte-reader.js';
import type { KeyDerivation } from './backup-key.js';

/** Of this layout of the file. */
export const backupFormat = 1;

/** What a backup says before it is opened: in clear, also where the rest is encrypted. */
export interface BackupHead {
  readonly format: number;
  /** Of the product that made it. */
  readonly version: string;
  /** Of the home directory's layout. */
  readonly homeFormat: number;
  /** ISO-8601, UTC. */
  readonly createdAt: string;
  /** Null: the home directory has none, or several. */
  readonly site: string | null;
  /** Null: not encrypted. */
  readonly encryption: KeyDerivation | null;
}

const magic = Buffer.from('FWBACKUP', 'latin1');

const maxHeadBytes = 4_096;

export function encodeHead(head: BackupHead): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const bytes = Buffer.concat([magic, uint32(json.length), json]);
  return Buffer.concat([bytes, digestOf(bytes)]);
}

/** `digest`: seals the frames that follow to this head. */
export async function readHead(reader: ByteReader): Promise<{ readonly head: BackupHead; readonly digest: Buffer }> {
  const start = await reader.exactly(magic.length + 4).catch(() => undefined);
  if (!start?.subarray(0, magic.length).equals(magic)) {
    throw backupError('BACKUP_NO_BACKUP', 'this file is no backup of a Fieldwarden gateway');
  }
  const length = start.readUInt32BE(magic.length);
  if (length > maxHeadBytes) throw damaged('its head says an impossible length');
  const bytes = Buffer.concat([start, await reader.exactly(length)]);
  const digest = await reader.exactly(32);
  if (!digestOf(bytes).equals(digest)) throw damaged('its head is not what was written');
  const head = JSON.parse(bytes.subarray(start.length).toString('utf8')) as BackupHead;
  if (head.format > backupFormat) {
    throw backupError('BACKUP_NEWER', `the backup was made by Fieldwarden ${head.version}, which writes a newer kind of file; bring it back with that version or a newer one`); // prettier-ignore
  }
  return { head, digest };
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
