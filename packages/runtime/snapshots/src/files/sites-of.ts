import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, namesIn, notReadable } from './plain-files.js';
import { isSiteName, pointerName, sealedFile } from './snapshot-names.js';

/** Where the sealed snapshots of every site of a home directory lie. */
export function sitesDirectory(home: string): string {
  return join(home, 'config');
}

/** Sites with anything sealed, or a pointer, in code unit order. Links are no sites. Rejects with SNAPSHOT_NOT_READABLE. */
export async function sitesOf(home: string): Promise<readonly string[]> {
  const sites: string[] = [];
  for (const name of await siteFolders(home)) {
    const files = await namesIn(join(sitesDirectory(home), name));
    if (files.some((file) => file === pointerName || sealedFile(file))) sites.push(name);
  }
  return sites.sort();
}

/** Folders that may be a site's, sealed or not. */
export async function siteFolders(home: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(sitesDirectory(home), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && isSiteName(entry.name)).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw notReadable(sitesDirectory(home), error);
  }
}
