import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isGatewayError, Turns, type Clock, type GatewayError, type Logger } from '@fieldwarden/core';
import { replaceFile, syncFolder } from '@fieldwarden/storage';
import { documentFrom, driverOf, type WrittenDriver } from './document-entries.js';
import type { SnapshotManifest } from './files/manifest.js';
import { namesIn, removeFile } from './files/plain-files.js';
import { encodePointer, type Pointer } from './files/pointer.js';
import { manifestHead, orWriteError, writeSealed, type ManifestHead } from './seal-generation.js';
import type { SealedGeneration } from './sealed-generation.js';
import { SealedFiles, type ReadManifest, type Verified } from './files/sealed-files.js';
import { checkSite, isFolder } from './files/site-folder.js';
import { sitesDirectory } from './files/sites-of.js';
import { isRefusal, snapshotError, withRemedy } from './snapshot-errors.js';
import { manifestName, pointerName, sealedFile, snapshotName } from './files/snapshot-names.js';
import { sweep } from './files/sweep.js';
import { textIn } from './sealed-text.js';
import { withTemporaryFiles } from './files/temporary-files.js';

export interface SnapshotStoreDependencies {
  /** Home directory of the gateway. */
  readonly home: string;
  readonly site: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Stands in the manifests: `fieldwarden 0.1.0`. */
  readonly product: string;
}

/** One generation as it lies in the folder. */
export interface SnapshotVerdict {
  readonly generation: number;
  /** `CURRENT` names it. */
  readonly current: boolean;
  /** Null when the manifest cannot be trusted. */
  readonly manifest: SnapshotManifest | null;
  /** Why it would be refused; null for one that verifies. */
  readonly refusal: GatewayError | null;
}

/** `prune` keeps so many, whatever it is told (SPEC §7.3). */
export const fewestKept = 10;

/** Somebody else sealing the same number at the same time: once more, and once more again. */
const sealAttempts = 3;

/**
 * The sealed snapshots of one site (SPEC §7.3): `<home>/config/<site>/` with `<generation>.mdb`, `<generation>.json` and `CURRENT`. What cannot
 * be verified byte for byte is refused with a GatewayError that names the file and the ways out; nothing older is ever given in its place.
 * Reads work on a full or read-only disk and leave nothing open. Calls are carried out one after the other.
 */
export class SnapshotStore {
  readonly site: string;
  /** Made at the first `seal`. */
  readonly directory: string;
  readonly #files: SealedFiles;
  readonly #logger: Logger;
  readonly #product: string;
  readonly #turns = new Turns();

  private constructor({ site, logger, product }: SnapshotStoreDependencies, directory: string) {
    this.site = site;
    this.directory = directory;
    this.#files = new SealedFiles(site, directory);
    this.#logger = logger;
    this.#product = product;
  }

  /**
   * Sweeps what an interrupted seal left. Rejects with SNAPSHOT_SITE_NAME for a name that is none or that differs from another site's only by
   * case, SNAPSHOT_NOT_A_FILE when a link stands where the site's folder should, SNAPSHOT_NOT_READABLE when the folder may not be read.
   */
  static async open(options: SnapshotStoreDependencies): Promise<SnapshotStore> {
    await checkSite(options.home, options.site);
    const directory = join(sitesDirectory(options.home), options.site);
    const store = new SnapshotStore(options, directory);
    if (await isFolder(directory)) await store.#sweep(options);
    return store;
  }

  /**
   * Seals a generation; it is not current yet. A no-op when the same is sealed and verifies. A damaged snapshot, or one of other content that
   * never became current, is replaced; one that is current, or may be because `CURRENT` cannot be read, never is: SNAPSHOT_DIFFERS, or the
   * refusal that reading it gives. Rejects with SNAPSHOT_NO_ROOM, SNAPSHOT_NOT_WRITABLE, SNAPSHOT_FOREIGN_SITE, SNAPSHOT_CONTENT_MISMATCH.
   */
  seal(generation: SealedGeneration): Promise<SnapshotManifest> {
    return this.#turns.take(async () => {
      if (generation.site !== this.site)
        throw snapshotError(
          'SNAPSHOT_FOREIGN_SITE',
          `this is site ${this.site}, the generation is of ${generation.site}`,
        );
      return this.#explained(() => this.#seal(generation));
    });
  }

  /** Verifies generation `number`, then makes it the current one. Also when `CURRENT` is damaged: whoever calls this has chosen. */
  activate(number: number): Promise<SnapshotManifest> {
    return this.#turns.take(() =>
      this.#explained(async () => {
        const found = await this.#files.verify(await this.#files.manifest(number));
        await this.#writePointer({ generation: number, manifestSha256: found.sha256 });
        return found.manifest;
      }),
    );
  }

  /** What `CURRENT` names, by its verified manifest; the snapshot itself is not looked at. Undefined before the first `activate`. */
  current(): Promise<SnapshotManifest | undefined> {
    return this.#turns.take(() => this.#explained(async () => (await this.#current())?.manifest));
  }

  /** Manifest, length and SHA-256 of generation `number`. */
  verify(number: number): Promise<SnapshotManifest> {
    return this.#turns.take(() => this.#explained(async () => (await this.#verified(number)).manifest));
  }

  read(number: number): Promise<SealedGeneration> {
    return this.#turns.take(() => this.#explained(async () => this.#generation(await this.#verified(number))));
  }

  /** Undefined before the first `activate`. */
  readCurrent(): Promise<SealedGeneration | undefined> {
    return this.#turns.take(() =>
      this.#explained(async () => {
        const found = await this.#current();
        return found && this.#generation(await this.#files.verify(found));
      }),
    );
  }

  /** One driver of generation `number`, with devices and tags; undefined when the generation has none of that id. */
  readDriver(number: number, driverId: string): Promise<WrittenDriver | undefined> {
    return this.#turns.take(() =>
      this.#explained(async () => driverOf(await this.#files.entries(await this.#verified(number)), driverId)),
    );
  }

  /** Every generation in the folder, newest first, each verified. A damaged `CURRENT` makes none of them current. */
  list(): Promise<readonly SnapshotVerdict[]> {
    return this.#turns.take(async () => {
      const current = (await this.#pointerIfReadable())?.generation;
      const verdicts: SnapshotVerdict[] = [];
      for (const number of await this.#numbers()) verdicts.push(await this.#verdict(number, number === current));
      return verdicts;
    });
  }

  /** Removes all but the newest `keep` generations (at least 10) and the current one; none while `CURRENT` cannot be read. Returns those removed. */
  prune(keep: number): Promise<readonly number[]> {
    return this.#turns.take(() =>
      this.#explained(async () => {
        const current = (await this.#files.pointer())?.generation;
        const older = (await this.#numbers()).slice(Math.max(keep, fewestKept));
        const removed = older.filter((number) => number !== current);
        await orWriteError(this.directory, this.directory, () => this.#remove(removed));
        return removed;
      }),
    );
  }

  async #sweep({ logger, clock }: SnapshotStoreDependencies): Promise<void> {
    const pointer = await this.#files.pointer().catch(() => 'unreadable' as const);
    const mayBeCurrent = (generation: number): boolean =>
      pointer === 'unreadable' || pointer?.generation === generation;
    await sweep({ directory: this.directory, logger, clock, mayBeCurrent });
  }

  async #seal(generation: SealedGeneration): Promise<SnapshotManifest> {
    const head = manifestHead(generation, this.#product);
    for (let attempt = 1; ; attempt += 1) {
      const standing = await this.#standing(head);
      if (standing) return standing;
      await this.#makeDirectory();
      await writeSealed(this.#files, generation, head);
      const verified = await this.#verified(head.generation).catch((error: unknown) => toRefusal(error));
      if (isGatewayError(verified) && attempt >= sealAttempts) throw verified;
      if (!isGatewayError(verified) && isSame(verified.manifest, head)) return verified.manifest;
      if (attempt >= sealAttempts) throw this.#differs(head.generation);
    }
  }

  /** The manifest when nothing is to be done; undefined when the generation may be written; throws when it may not. */
  async #standing(head: ManifestHead): Promise<SnapshotManifest | undefined> {
    const number = head.generation;
    const found = await this.#verified(number).catch((error: unknown) => toRefusal(error));
    const mayBeCurrent = await this.#mayBeCurrent(number);
    if (isGatewayError(found)) {
      if (found.code === 'SNAPSHOT_NOT_A_FILE' || (mayBeCurrent && found.code !== 'SNAPSHOT_MISSING')) throw found;
      return undefined;
    }
    if (isSame(found.manifest, head)) return found.manifest;
    if (!mayBeCurrent) return undefined;
    if (found.manifest.documentSha256 === head.documentSha256) return found.manifest;
    throw this.#differs(number);
  }

  async #mayBeCurrent(number: number): Promise<boolean> {
    const pointer = await this.#files.pointer().catch((error: unknown) => toRefusal(error));
    return isGatewayError(pointer) || pointer?.generation === number;
  }

  #differs(number: number): GatewayError {
    return snapshotError(
      'SNAPSHOT_DIFFERS',
      `generation ${number} is sealed already, with other content (${this.#files.path(snapshotName(number))}); publish under a new number`,
    );
  }

  async #writePointer(pointer: Pointer): Promise<void> {
    const path = this.#files.path(pointerName);
    const present = await this.#pointerIfReadable();
    if (present?.generation === pointer.generation && present.manifestSha256 === pointer.manifestSha256) return;
    await withTemporaryFiles(this.directory, pointerName, (temporary) =>
      orWriteError(this.directory, path, async () => {
        await replaceFile(path, encodePointer(pointer), { mode: 0o400, temporary });
      }),
    );
  }

  async #makeDirectory(): Promise<void> {
    await orWriteError(this.directory, this.directory, () => mkdir(this.directory, { recursive: true, mode: 0o700 }));
  }

  async #current(): Promise<ReadManifest | undefined> {
    const pointer = await this.#files.pointer();
    return pointer && this.#files.pointedManifest(pointer);
  }

  #pointerIfReadable(): Promise<Pointer | undefined> {
    return this.#files.pointer().catch(() => undefined);
  }

  async #verified(number: number): Promise<Verified> {
    return this.#files.verify(await this.#files.manifest(number));
  }

  async #generation(verified: Verified): Promise<SealedGeneration> {
    const { site, generation, publishedAt, author, message, rollbackOf, drivers, tags } = verified.manifest;
    const { documentSha256: sha256, sourceSha256, sourceFile: file } = verified.manifest;
    const entries = await this.#files.entries(verified);
    const [document, text] = [await documentFrom(entries), await textIn(entries)];
    const origin = { site, generation, publishedAtMs: Date.parse(publishedAt), author, message, rollbackOf };
    return {
      ...origin,
      ...(sourceSha256 !== null && { source: { sha256: sourceSha256, file } }),
      sha256,
      drivers,
      tags,
      document,
      ...(text !== undefined && { text }),
    };
  }

  async #verdict(generation: number, current: boolean): Promise<SnapshotVerdict> {
    const found = await this.#files.manifest(generation).catch((error: unknown) => toRefusal(error));
    if (isGatewayError(found)) return { generation, current, manifest: null, refusal: found };
    const verified = await this.#files.verify(found).catch((error: unknown) => toRefusal(error));
    return { generation, current, manifest: found.manifest, refusal: isGatewayError(verified) ? verified : null };
  }

  /** Newest first; also those of which only one of the two files is there. */
  async #numbers(): Promise<number[]> {
    const names = await namesIn(this.directory);
    const numbers = new Set(names.map((name) => sealedFile(name)?.generation).filter((number) => number !== undefined));
    return [...numbers].sort((a, b) => b - a);
  }

  /** Manifest first: a snapshot alone is an orphan, which the next sweep removes. */
  async #remove(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      await removeFile(this.#files.path(manifestName(number)));
      await removeFile(this.#files.path(snapshotName(number)));
    }
    if (numbers.length > 0) await syncFolder(this.directory);
  }

  /** A refusal gets the ways out: which generations verify is found out only then. */
  async #explained<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#logger.debug(`refused: ${error.message}`, { code: error.code });
      throw withRemedy(error, await this.#intact());
    }
  }

  async #intact(): Promise<number[]> {
    const intact: number[] = [];
    for (const number of await this.#numbers().catch(() => []))
      if ((await this.#verdict(number, false)).refusal === null) intact.push(number);
    return intact;
  }
}

/** What a refusal is; anything else goes on. */
function toRefusal(error: unknown): GatewayError {
  if (isRefusal(error)) return error;
  throw error;
}

/** All but the product: a newer version need not seal again what an older one sealed. */
function isSame(manifest: SnapshotManifest, head: ManifestHead): boolean {
  const names = Object.keys(head) as (keyof ManifestHead)[];
  return names.every((name) => name === 'product' || manifest[name] === head[name]);
}
