import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { GatewayError } from '@fieldwarden/core';
import { entriesDigest, type Entries } from '../document-entries.js';
import { readLmdbImage } from '../lmdb/lmdb-image.js';
import { maxManifestBytes, parseManifest, type SnapshotManifest } from './manifest.js';
import { fill, readSmallFile, withPlainFile } from './plain-files.js';
import { maxPointerBytes, parsePointer, type Pointer } from './pointer.js';
import { snapshotError } from '../snapshot-errors.js';
import { manifestName, pointerName, snapshotName } from './snapshot-names.js';

/** A manifest as it was read. */
export interface ReadManifest {
  readonly manifest: SnapshotManifest;
  /** Of the manifest's file. */
  readonly sha256: string;
}

/** A generation whose manifest and file are as they were sealed. */
export interface Verified extends ReadManifest {
  /** The whole LMDB file. */
  readonly bytes: Buffer;
}

/** Key of what a snapshot says about itself; the other keys are those of `Entries`. */
export const metaKey = 'meta';

/** Reads and verifies the files of one site; writes nothing. Every refusal is a GatewayError of `snapshot-errors.ts`, without remedies. */
export class SealedFiles {
  readonly #site: string;
  readonly directory: string;

  constructor(site: string, directory: string) {
    this.#site = site;
    this.directory = directory;
  }

  /** Undefined when there is none. */
  async pointer(): Promise<Pointer | undefined> {
    const path = this.path(pointerName);
    const bytes = await readSmallFile(path, maxPointerBytes);
    return bytes && parsePointer(bytes, path);
  }

  /** Undefined when there is no manifest of this generation. */
  async findManifest(generation: number): Promise<ReadManifest | undefined> {
    const path = this.path(manifestName(generation));
    const bytes = await readSmallFile(path, maxManifestBytes);
    if (!bytes) return undefined;
    const manifest = parseManifest(bytes, path);
    this.#checkName(manifest, generation, path);
    return { manifest, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  async manifest(generation: number): Promise<ReadManifest> {
    const found = await this.findManifest(generation);
    if (found) return found;
    throw snapshotError(
      'SNAPSHOT_MISSING',
      `generation ${generation} is not sealed here: there is no ${this.path(manifestName(generation))}`,
    );
  }

  /** What the pointer names, with the manifest that it was written for. */
  async pointedManifest({ generation, manifestSha256 }: Pointer): Promise<ReadManifest> {
    const found = await this.manifest(generation);
    if (found.sha256 === manifestSha256) return found;
    throw snapshotError(
      'SNAPSHOT_MANIFEST_DAMAGED',
      `the manifest ${this.path(manifestName(generation))} is not the one that ${this.path(pointerName)} was written for`,
    );
  }

  /** The file as the manifest describes it: length, then SHA-256. Nothing looks into it before. */
  async verify(found: ReadManifest): Promise<Verified> {
    const { fileLength, fileSha256, generation } = found.manifest;
    const path = this.path(snapshotName(generation));
    const bytes = await withPlainFile(path, async (file) => {
      const { size } = await file.stat();
      if (size !== fileLength) throw damaged(path, `it is ${size} bytes long instead of ${fileLength}`);
      const hash = createHash('sha256');
      const content = Buffer.allocUnsafeSlow(fileLength);
      const length = await fill(file, content, (chunk) => hash.update(chunk));
      if (length !== fileLength || hash.digest('hex') !== fileSha256) throw damaged(path, 'its SHA-256 is another');
      return content;
    });
    if (!bytes) throw snapshotError('SNAPSHOT_MISSING', `the snapshot ${path} is missing`);
    return { ...found, bytes };
  }

  /** What is in a verified file, once that is known to be what its name says. */
  async entries({ manifest, bytes }: Verified): Promise<Entries> {
    const path = this.path(snapshotName(manifest.generation));
    const entries = readImage(bytes, path);
    if (entries.get(metaKey)?.toString() !== metaText(manifest))
      throw snapshotError('SNAPSHOT_MISNAMED', `${path} holds another snapshot than its manifest says`);
    if ((await digestOf(entries, path)) !== manifest.documentSha256)
      throw damaged(path, 'its document is not the one that was published');
    return entries;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  #checkName(manifest: SnapshotManifest, generation: number, path: string): void {
    if (manifest.site !== this.#site)
      throw snapshotError('SNAPSHOT_FOREIGN_SITE', `${path} belongs to site ${manifest.site}, not to ${this.#site}`);
    if (manifest.generation !== generation)
      throw snapshotError('SNAPSHOT_MISNAMED', `${path} is the manifest of generation ${manifest.generation}`);
  }
}

/** Inside the file too, so that a file under a wrong name is noticed. */
export function metaText(about: Omit<SnapshotManifest, 'fileLength' | 'fileSha256' | 'product'>): string {
  const { schemaVersion, site, generation, publishedAt, author, message, rollbackOf } = about;
  const { documentSha256, drivers, tags } = about;
  const origin = { schemaVersion, site, generation, publishedAt, author, message, rollbackOf };
  return JSON.stringify({ ...origin, documentSha256, drivers, tags });
}

function readImage(bytes: Buffer, path: string): Entries {
  try {
    return readLmdbImage(bytes);
  } catch (error) {
    throw damaged(path, 'it cannot be read as an LMDB file', error);
  }
}

async function digestOf(entries: Entries, path: string): Promise<string> {
  try {
    return await entriesDigest(entries);
  } catch (error) {
    throw damaged(path, 'a part of the document is missing', error);
  }
}

function damaged(path: string, why: string, cause?: unknown): GatewayError {
  return snapshotError('SNAPSHOT_DAMAGED', `the snapshot ${path} is damaged: ${why}`, cause);
}
