import { open as openFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { open, type RootDatabase } from 'lmdb';
import { emptyLmdbFile } from '@fieldwarden/storage/lmdb';

/** Address space, not memory: far more than a plant can be. */
const mapBytes = 2 ** 30;

/** On every machine, whatever its own pages are. */
const pageBytes = 4096;

/** One reader's table and its mutexes take 8 KiB; LMDB leaves a larger file as it is. */
const lockBytes = 16_384;

export interface WrittenEntry {
  readonly key: string;
  readonly text: string | Buffer;
}

/** What is written in one turn of the event loop: some milliseconds. */
const turnBytes = 2 ** 18;

/**
 * Writes a new LMDB file, mode 0600, and `<path>-lock` beside it, which the caller removes. Nothing is flushed to disk. The same entries give
 * the same bytes within one boot of the machine. Rejects with what the file system or LMDB said; a full disk may come as EIO.
 */
export async function writeLmdbFile(path: string, entries: Iterable<WrittenEntry>): Promise<void> {
  await createFile(path, emptyLmdbFile(pageBytes, mapBytes));
  // LMDB maps its lock file into memory. A page that the disk has no room for is then a SIGBUS, so that room is taken beforehand.
  await createFile(`${path}-lock`, Buffer.alloc(lockBytes));
  const database = openForWriting(path);
  try {
    for (const batch of batches(entries)) {
      database.transactionSync(() => {
        for (const { key, value } of batch) database.putSync(key, value);
      });
      await nextTurn();
    }
  } finally {
    await database.close();
  }
}

async function createFile(path: string, content: Buffer): Promise<void> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = await openFile(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

/** No write map (a full disk would be a SIGBUS), no flush (the caller's), unused bytes zeroed. */
function openForWriting(path: string): RootDatabase<Buffer, Buffer> {
  return open<Buffer, Buffer>({
    path,
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'binary',
    cache: false,
    pageSize: pageBytes,
    mapSize: mapBytes,
    maxReaders: 1,
    maxDbs: 1,
    noSync: true,
    overlappingSync: false,
  });
}

interface Pair {
  readonly key: Buffer;
  readonly value: Buffer;
}

function* batches(entries: Iterable<WrittenEntry>): Generator<Pair[]> {
  let batch: Pair[] = [];
  let bytes = 0;
  for (const { key, text } of entries) {
    const pair = { key: Buffer.from(key, 'latin1'), value: Buffer.isBuffer(text) ? text : Buffer.from(text) };
    batch.push(pair);
    bytes += pair.value.length;
    if (bytes < turnBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
