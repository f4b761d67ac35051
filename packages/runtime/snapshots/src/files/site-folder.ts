import { lstat } from 'node:fs/promises';
import { codeOf, notReadable } from './plain-files.js';
import { siteFolders, sitesDirectory } from './sites-of.js';
import { snapshotError } from '../snapshot-errors.js';
import { foldedSiteName, isSiteName } from './snapshot-names.js';

/** Rejects with SNAPSHOT_SITE_NAME for a name that is none, or that some file system takes for another site's. */
export async function checkSite(home: string, site: string): Promise<void> {
  if (!isSiteName(site)) throw snapshotError('SNAPSHOT_SITE_NAME', `${JSON.stringify(site)} is no name of a site`);
  const folders = await siteFolders(home);
  const other = folders.find((name) => name !== site && foldedSiteName(name) === foldedSiteName(site));
  if (other !== undefined)
    throw snapshotError(
      'SNAPSHOT_SITE_NAME',
      `site ${site} and site ${other}, which is in ${sitesDirectory(home)} already, could not be told apart on every file system: rename one`,
    );
}

/** False when there is nothing yet; rejects with SNAPSHOT_NOT_A_FILE when something else has the name. */
export async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw notReadable(path, error);
  });
  if (found && !found.isDirectory())
    throw snapshotError('SNAPSHOT_NOT_A_FILE', `${path} is a symbolic link or a file where a site's folder should be`);
  return found !== undefined;
}
