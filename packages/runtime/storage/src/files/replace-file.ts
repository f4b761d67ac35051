import { closeSync, constants, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export interface ReplaceFileOptions {
  /** Default: 0o600. */
  readonly mode?: number;
  /** Where the new content is written first, in the same folder. Default: `<path>.new`. What a killed process left there is removed. */
  readonly temporary?: string;
  /** False: whole whenever this process is killed, but nothing waits for the disk. For what a loss of power makes worthless anyway. Default: true. */
  readonly durable?: boolean;
}

const ownerOnly = 0o600;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** A link or file that somebody else has put there is not written to. */
const exclusively = O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY;

/** Temporary files being written, by path: two writers of one would show half of each. */
const underWay = new Map<string, Promise<void>>();

/**
 * The file at `path` has the old or the new content, whole, at every instant, and the new one when this resolves, even if the power fails.
 * Replacements of one file go one after the other. Rejects with what the file system said; then the old content stands and nothing else is left.
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: ReplaceFileOptions = {},
): Promise<void> {
  const temporary = resolve(options.temporary ?? `${path}.new`);
  return inTurn(temporary, async () => {
    try {
      await writeNew(temporary, content, options);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
    if (options.durable !== false) await syncFolder(dirname(path));
  });
}

/** The same for whoever cannot wait. Not for a file that the other form may be replacing at the time. */
export function replaceFileSync(path: string, content: string | Uint8Array, options: ReplaceFileOptions = {}): void {
  const temporary = resolve(options.temporary ?? `${path}.new`);
  try {
    writeNewSync(temporary, content, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (options.durable !== false) syncFolderSync(dirname(path));
}

/** Gives a finished file that nobody has open its place: there, the old or the new one stands at every instant. */
export async function moveIntoPlace(from: string, path: string): Promise<void> {
  await sync(from);
  await rename(from, path);
  await syncFolder(dirname(path));
}

/** Makes last what was renamed or removed in a folder. */
export async function syncFolder(path: string): Promise<void> {
  await sync(path);
}

async function inTurn(path: string, action: () => Promise<void>): Promise<void> {
  const mine = (underWay.get(path) ?? Promise.resolve()).then(action);
  const settled = mine.catch(() => undefined);
  underWay.set(path, settled);
  try {
    await mine;
  } finally {
    if (underWay.get(path) === settled) underWay.delete(path);
  }
}

async function writeNew(
  path: string,
  content: string | Uint8Array,
  { mode = ownerOnly, durable = true }: ReplaceFileOptions,
): Promise<void> {
  const file = await openNew(path);
  try {
    await file.writeFile(content);
    if (mode !== ownerOnly) await file.chmod(mode);
    if (durable) await file.sync();
  } finally {
    await file.close();
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, exclusively, ownerOnly);
  } catch (error) {
    if (!isTaken(error)) throw error;
    await rm(path);
    return await open(path, exclusively, ownerOnly);
  }
}

function writeNewSync(
  path: string,
  content: string | Uint8Array,
  { mode = ownerOnly, durable = true }: ReplaceFileOptions,
): void {
  const file = openNewSync(path);
  try {
    writeFileSync(file, content);
    if (mode !== ownerOnly) fchmodSync(file, mode);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function openNewSync(path: string): number {
  try {
    return openSync(path, exclusively, ownerOnly);
  } catch (error) {
    if (!isTaken(error)) throw error;
    rmSync(path);
    return openSync(path, exclusively, ownerOnly);
  }
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function syncFolderSync(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
