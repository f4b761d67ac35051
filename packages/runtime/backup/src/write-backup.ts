import type { Clock } from '@fieldwarden/core';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { backupFormat, encodeHead } from './format/backup-head.js';
import { newKey } from './format/backup-key.js';
import { encodeEntries, type BackupEntry, type EntrySource } from './format/entries.js';
import { writeFrames } from './format/frames.js';
import { copyDatabases } from './home/copy-databases.js';
import { belongsInBackup, homeFiles, isDatabase, type BackupChoice, type HomeFile } from './home/home-contents.js';
import { homeFormat } from './home/home-version.js';

export interface BackupRequest extends Omit<BackupChoice, 'encrypted'> {
  readonly home: string;
  /** Of this product. */
  readonly version: string;
  readonly site: string | null;
  /** Undefined: not encrypted, and without what opens something. */
  readonly passphrase?: string | undefined;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** The last pieces were given. */
  readonly onEnd?: (summary: BackupSummary) => void;
  readonly signal?: AbortSignal;
}

export interface BackupSummary {
  readonly createdAt: string;
  readonly site: string | null;
  readonly encrypted: boolean;
  readonly entries: readonly BackupEntry[];
}

const copiesPrefix = '.backup-';

/**
 * A home directory as one stream, while its gateway runs or while none does (SPEC §13.5): databases as they are at one moment, other files whole.
 * Rejects with BACKUP_PASSPHRASE and BACKUP_INCOMPLETE; who reads on must not take what came so far for a backup.
 */
export async function* writeBackup(request: BackupRequest): AsyncGenerator<Buffer> {
  const { home, version, site, passphrase, outbox, history, clock, onEnd, signal } = request;
  const { key, how } = passphrase === undefined ? { key: undefined, how: null } : await newKey(passphrase);
  const createdAt = new Date(clock.wallMs()).toISOString();
  const head = encodeHead({ format: backupFormat, version, homeFormat, createdAt, site, encryption: how });
  sweep(home);
  const copies = mkdtempSync(join(home, copiesPrefix));
  try {
    const files = homeFiles(home).filter(({ path }) => belongsInBackup(path, { outbox, history, encrypted: !!key }));
    const entries = encodeEntries(sourcesOf(home, files, copies, signal), (list) => onEnd?.({ createdAt, site, encrypted: !!key, entries: list })); // prettier-ignore
    const plain = Readable.from(entries);
    const compressed = createGzip();
    plain.on('error', (error) => compressed.destroy(error));
    yield head;
    yield* writeFrames(plain.pipe(compressed), key, head.subarray(-32));
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

/** Of one that was killed. */
function sweep(home: string): void {
  for (const name of readdirSync(home).filter((one) => one.startsWith(copiesPrefix))) {
    rmSync(join(home, name), { recursive: true, force: true });
  }
}

async function* sourcesOf(
  home: string,
  files: readonly HomeFile[],
  copies: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<EntrySource> {
  for (const { path, mode, bytes } of files.filter((file) => !isDatabase(file.path))) {
    const handle = await open(join(home, path), 'r').catch(ignoreVanished);
    if (!handle) continue; // replaced or swept since it was listed: nothing refers to it any more
    // What grows meanwhile, as the audit does, is taken as long as it was.
    const read = (): AsyncIterable<Uint8Array> =>
      bytes === 0 ? empty(handle) : handle.createReadStream({ end: bytes - 1 });
    yield { path, mode, read };
  }
  const databases = files.filter((file) => isDatabase(file.path));
  const copyOf = (path: string): string => join(copies, path.replaceAll('/', '+'));
  await copyDatabases(databases.map(({ path }) => ({ from: join(home, path), to: copyOf(path) })), signal); // prettier-ignore
  for (const { path, mode } of databases) {
    yield { path, mode, read: () => createReadStream(copyOf(path)) };
    rmSync(join(copies, basename(copyOf(path))), { force: true });
  }
}

async function* empty(handle: { close(): Promise<void> }): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0);
  await handle.close();
}

function ignoreVanished(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
