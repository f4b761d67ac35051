import { replaceFileSync } from '@fieldwarden/storage/replace-file';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupError } from '../backup-error.js';

/**
 * Of the layout of a home directory. To be raised with a change that an older program would misread; everything that came before has to be
 * read for ever after.
 */
export const homeFormat = 1;

/** Below the home directory. */
export const homeVersionFile = 'home.json';

export interface HomeVersion {
  readonly format: number;
  /** Of the product that wrote it last. */
  readonly version: string;
}

/** Undefined for a home directory from before there was this file, and for one that says nothing that can be read. */
export function readHomeVersion(home: string): HomeVersion | undefined {
  try {
    const { format, version } = JSON.parse(readFileSync(join(home, homeVersionFile), 'utf8')) as Partial<HomeVersion>;
    return typeof format === 'number' && typeof version === 'string' ? { format, version } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A program that does not know the layout touches nothing of it: it would lose what it does not know. Throws HOME_NEWER, with the way
 * back. To be called before anything of the home directory is read or written.
 */
export function refuseNewerHome(home: string, version: string): void {
  const found = readHomeVersion(home);
  if (!found || found.format <= homeFormat) return;
  throw backupError(
    'HOME_NEWER',
    `the home directory ${home} was written by Fieldwarden ${found.version}, which this one (${version}) does not understand; nothing was changed. ` +
      `Start that version again, or go back with a backup from before the upgrade: fieldwarden restore FILE --yes`,
  );
}

/** Says who wrote it last. A disk that takes nothing keeps the old line: the layout is the same. */
export function markHome(home: string, version: string): void {
  const found = readHomeVersion(home);
  if (found?.format === homeFormat && found.version === version) return;
  replaceFileSync(join(home, homeVersionFile), `${JSON.stringify({ format: homeFormat, version } satisfies HomeVersion)}\n`); // prettier-ignore
}
