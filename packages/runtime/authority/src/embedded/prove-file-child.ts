import { rm, rename, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '@fieldwarden/core';
import { proofFlaw, proofNewer } from './proof-exit.js';
import { checkFileAt, FileFlaw, NewerFormat, rebuildFile } from './walk-file.js';

/**
 * `node prove-file-child.js FILE`: a process of its own, because a damaged file can end it with SIGBUS. Ends with 0 when the
 * file is sound, and then has put a freshly written copy in its place.
 */
async function prove(path: string): Promise<void> {
  const copy = `${path}.proving`;
  await removeFile(copy);
  try {
    await rebuildFile(path, copy);
  } catch (error) {
    await removeFile(copy);
    if (!isFull(error)) throw error;
    return await checkFileAt(path);
  }
  await putInPlace(copy, path);
}

async function putInPlace(copy: string, path: string): Promise<void> {
  await rm(`${copy}-lock`, { force: true });
  await sync(copy);
  await rename(copy, path);
  await sync(dirname(path));
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}-lock`, { force: true });
}

function isFull(error: unknown): boolean {
  return /no space|ENOSPC/i.test(messageOf(error));
}

prove(process.argv[2]).catch((error: unknown) => {
  const newer = error instanceof NewerFormat;
  process.stderr.write(newer ? String(error.found) : messageOf(error));
  process.exitCode = newer ? proofNewer : error instanceof FileFlaw ? proofFlaw : 1;
});
