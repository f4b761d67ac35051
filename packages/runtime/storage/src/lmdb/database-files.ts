import { rm } from 'node:fs/promises';
import { moveIntoPlace, replaceFile } from '../files/replace-file.js';
import { emptyLmdbFile } from './empty-lmdb-file.js';

/** On every machine, whatever its own pages are. */
const pageBytes = 4_096;

/** Address space, not memory; LMDB takes more when it needs it. */
const mapBytes = 2 ** 30;

/** An empty database: whole, or not there. LMDB itself would end the process if the disk had no room for it. */
export async function createDatabase(path: string): Promise<void> {
  await replaceFile(path, emptyLmdbFile(pageBytes, mapBytes));
}

/** Makes a closed database file, with all its content on disk, the one at `path`: afterwards the old or the new is there, whole. */
export async function putDatabaseInPlace(copy: string, path: string): Promise<void> {
  await rm(`${copy}-lock`, { force: true });
  await moveIntoPlace(copy, path);
}

export async function removeDatabase(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}-lock`, { force: true });
}
