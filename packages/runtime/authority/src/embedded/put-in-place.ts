import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a closed database file, with all its content on disk, the one at `path`: afterwards the old or the new is there, whole. */
export async function putInPlace(copy: string, path: string): Promise<void> {
  await rm(`${copy}-lock`, { force: true });
  await sync(copy);
  await rename(copy, path);
  await sync(dirname(path));
}

export async function removeDatabase(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}-lock`, { force: true });
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
