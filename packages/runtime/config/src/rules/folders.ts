import { realpathSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';

/** Whether a path, links resolved, lies in one of these folders. Folders that are not there hold nothing. */
export function isBelow(realPath: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const real = realFolder(folder);
    if (real === undefined) return false;
    const way = relative(real, realPath);
    return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
  });
}

function realFolder(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}
