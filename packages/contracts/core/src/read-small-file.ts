import { readFileSync, statSync } from 'node:fs';

/** What a file that people name may have at most. */
const usualBytes = 256 * 1024;

/**
 * The text of a file that people name in a document, read at once; undefined for a pipe, a device, a folder or something large, which would
 * hold up or fill whoever reads. Throws what the system says.
 */
export function smallFileText(file: string, maxBytes = usualBytes): string | undefined {
  const stats = statSync(file);
  return stats.isFile() && stats.size <= maxBytes ? readFileSync(file, 'utf8') : undefined;
}

/** The same, and an Error with words for what is no such file. */
export function readSmallFile(file: string, maxBytes = usualBytes): string {
  const text = smallFileText(file, maxBytes);
  if (text !== undefined) return text;
  throw new Error(statSync(file).isFile() ? `it has more than ${maxBytes / 1024} kB` : 'it is no file');
}
