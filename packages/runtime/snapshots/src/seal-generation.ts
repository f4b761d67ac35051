import { createHash } from 'node:crypto';
import { rename, statfs } from 'node:fs/promises';
import { isGatewayError, messageOf, type GatewayError } from '@fieldwarden/core';
import { replaceFile } from '@fieldwarden/storage';
import { documentEntries, entriesDigest } from './document-entries.js';
import { readLmdbImage } from './lmdb/lmdb-image.js';
import { encodeManifest, schemaVersion, type SnapshotManifest } from './files/manifest.js';
import { codeOf, fill, sealFile, withPlainFile } from './files/plain-files.js';
import type { SealedGeneration } from './sealed-generation.js';
import { packedText, textKey } from './sealed-text.js';
import { metaKey, metaText, type SealedFiles } from './files/sealed-files.js';
import { snapshotError } from './snapshot-errors.js';
import { manifestName, snapshotName } from './files/snapshot-names.js';
import { withTemporaryFiles } from './files/temporary-files.js';
import { writeLmdbFile, type WrittenEntry } from './lmdb/write-lmdb-file.js';

/** A manifest but for what is known only once its file is written. */
export type ManifestHead = Omit<SnapshotManifest, 'fileLength' | 'fileSha256'>;

export function manifestHead(generation: SealedGeneration, product: string): ManifestHead {
  const { site, publishedAtMs, author, message, rollbackOf, source, sha256, drivers, tags } = generation;
  const publishedAt = new Date(publishedAtMs).toISOString();
  const origin = { schemaVersion, site, generation: generation.generation, publishedAt, author, message, rollbackOf };
  const from = { sourceSha256: source?.sha256 ?? null, sourceFile: source?.file ?? null };
  return { ...origin, ...from, documentSha256: sha256, drivers, tags, product };
}

/**
 * Snapshot first, manifest second, each complete and on disk before it gets its name: a snapshot counts once its manifest stands beside it.
 * Whatever the files of this generation were before is replaced. Rejects with SNAPSHOT_NO_ROOM, SNAPSHOT_NOT_WRITABLE or
 * SNAPSHOT_CONTENT_MISMATCH, and then nothing half-written is left.
 */
export async function writeSealed(files: SealedFiles, generation: SealedGeneration, head: ManifestHead): Promise<void> {
  const target = files.path(snapshotName(head.generation));
  await withTemporaryFiles(files.directory, head.generation, (base) =>
    orWriteError(files.directory, target, async () => {
      const temporary = `${base}.mdb`;
      await writeLmdbFile(temporary, sealedEntries(generation, await packedText(generation), head));
      const written = await readBack(temporary, head);
      await sealFile(temporary, 0o400);
      await rename(temporary, target);
      const manifest = encodeManifest({ ...head, ...written });
      const options = { mode: 0o400, temporary: `${base}.json` };
      await replaceFile(files.path(manifestName(head.generation)), manifest, options);
    }),
  );
}

function* sealedEntries(
  { document }: SealedGeneration,
  text: Buffer | undefined,
  head: ManifestHead,
): Generator<WrittenEntry> {
  yield { key: metaKey, text: metaText(head) };
  if (text !== undefined) yield { key: textKey, text };
  yield* documentEntries(document);
}

type WrittenFile = Pick<SnapshotManifest, 'fileLength' | 'fileSha256'>;

/** Reads what LMDB wrote the way it will be served: a file that does not give the published document back is never sealed. */
async function readBack(path: string, head: ManifestHead): Promise<WrittenFile> {
  const hash = createHash('sha256');
  const bytes = await withPlainFile(path, async (file) => {
    const content = Buffer.allocUnsafeSlow((await file.stat()).size);
    await fill(file, content, (chunk) => hash.update(chunk));
    return content;
  });
  const content = bytes ?? Buffer.alloc(0);
  if ((await entriesDigest(readLmdbImage(content))) !== head.documentSha256)
    throw snapshotError(
      'SNAPSHOT_CONTENT_MISMATCH',
      `the document of generation ${head.generation} is not the one with SHA-256 ${head.documentSha256}: nothing was sealed`,
    );
  return { fileLength: content.length, fileSha256: hash.digest('hex') };
}

/** Less than this is no room: LMDB tells a full disk as a mere I/O error. */
const noRoomBytes = 2 ** 16;

/** What went wrong while `path` was written, in words that help. Call it while what was written still takes its room. */
export async function orWriteError<T>(directory: string, path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw isGatewayError(error) ? error : await writeError(directory, path, error);
  }
}

async function writeError(directory: string, path: string, error: unknown): Promise<GatewayError> {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || (await isFull(directory)))
    return snapshotError(
      'SNAPSHOT_NO_ROOM',
      `${path} was not written: there is no room left in ${directory}; make room and publish again`,
      error,
    );
  const remedy = forbidden.has(code ?? '') ? `let the gateway's user write in ${directory}` : 'look after the disk';
  const message = `${path} was not written (${messageOf(error)}); ${remedy} and publish again`;
  return snapshotError('SNAPSHOT_NOT_WRITABLE', message, error);
}

const forbidden: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

async function isFull(directory: string): Promise<boolean> {
  const room = await statfs(directory).catch(() => undefined);
  return room !== undefined && room.bavail * room.bsize < noRoomBytes;
}
