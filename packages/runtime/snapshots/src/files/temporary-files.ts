import { join } from 'node:path';
import { removeFile } from './plain-files.js';
import { newTemporaryName, type pointerName } from './snapshot-names.js';

/** Names that this process is writing to now; a sweep, also by another store of this process, leaves them alone. */
const underWay = new Set<string>();

const extensions = ['', '.mdb', '.mdb-lock', '.json'] as const;

/** Runs `use` with the path of files that are to be: with one of the extensions or without. Whatever of them is left is removed. */
export async function withTemporaryFiles<T>(
  directory: string,
  subject: number | typeof pointerName,
  use: (base: string) => Promise<T>,
): Promise<T> {
  const name = newTemporaryName(subject, process.pid);
  underWay.add(name);
  try {
    return await use(join(directory, name));
  } finally {
    for (const extension of extensions) await removeFile(join(directory, name + extension)).catch(() => undefined);
    underWay.delete(name);
  }
}

/** `name` with or without its extension. */
export function isUnderWay(name: string): boolean {
  return extensions.some((extension) => name.endsWith(extension) && underWay.has(withoutEnd(name, extension)));
}

function withoutEnd(name: string, extension: string): string {
  return name.slice(0, name.length - extension.length);
}
