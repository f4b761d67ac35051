import type { Clock } from '@fieldwarden/core';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { backupFormat, encodeHead } from './format/backup-head.js';
import { newKey } from './format/backup-key.js';
import { encodeEntries, type BackupEntry, type EntrySource } from './format/entries.js';
import { writeFrames } from './format/frames.js';
import { copyDatabases } from './home/copy-databases.js';
import {
  belongsInBackup,
  homeFiles,
  isDatabase,
  isPointer,
  type BackupChoice,
  type HomeFile,
} from './home/home-contents.js';
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
    const pointers = await readPointers(home);
    const files = homeFiles(home).filter(({ path }) => belongsInBackup(path, { outbox, history, encrypted: !!key }));
    const sources = await sourcesOf({ home, files, pointers, copies, signal });
    const entries = encodeEntries(sources, (list) => onEnd?.({ createdAt, site, encrypted: !!key, entries: list })); // prettier-ignore
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

/** Before what they name is even listed: it is at least as new as they are. */
async function readPointers(home: string): Promise<ReadonlyMap<string, Buffer>> {
  const pointers = new Map<string, Buffer>();
  for (const { path } of homeFiles(home).filter(isPointer)) pointers.set(path, await readFile(join(home, path)));
  return pointers;
}

interface SourcesRequest {
  readonly home: string;
  readonly files: readonly HomeFile[];
  readonly pointers: ReadonlyMap<string, Buffer>;
  /** Folder for copies of databases. */
  readonly copies: string;
  readonly signal: AbortSignal | undefined;
}

/** What can go wrong with words goes wrong here, before anybody has a byte. */
async function sourcesOf({
  home,
  files,
  pointers,
  copies,
  signal,
}: SourcesRequest): Promise<AsyncIterable<EntrySource>> {
  const copyOf = (path: string): string => join(copies, path.replaceAll('/', '+'));
  const databases = files.filter(({ path }) => isDatabase(path)).sort(journalsFirst);
  await copyDatabases(
    databases.map(({ path }) => ({ from: join(home, path), to: copyOf(path) })),
    signal,
  );
  return eachOf(files, (file) => {
    const pointer = pointers.get(file.path);
    if (pointer) return { ...file, read: () => Readable.from([pointer]) };
    return isDatabase(file.path)
      ? { ...file, read: () => createReadStream(copyOf(file.path)) }
      : { ...file, read: () => asLongAsItWas(join(home, file.path), file.bytes) };
  });
}

/** What leaves a journal while it is copied is in the files that are copied after it: twice is once, and never is lost. */
function journalsFirst(a: HomeFile, b: HomeFile): number {
  return Number(/journal/.test(b.path)) - Number(/journal/.test(a.path));
}

async function* eachOf(
  files: readonly HomeFile[],
  source: (file: HomeFile) => EntrySource,
): AsyncGenerator<EntrySource> {
  yield* files.map(source);
}

/** What grows meanwhile, as the audit does, is taken as long as it was; what was swept since it was listed is empty: nothing refers to it. */
async function* asLongAsItWas(path: string, bytes: number): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r').catch(ignoreVanished);
  if (!file) return;
  try {
    if (bytes > 0) yield* file.createReadStream({ end: bytes - 1, autoClose: false });
  } finally {
    await file.close();
  }
}

function ignoreVanished(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
