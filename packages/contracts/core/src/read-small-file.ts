import { readFileSync, statSync } from 'node:fs';

/**
 * The text of a file that people name in a document: at once, so a pipe, a device or something large would hold up or fill whoever reads.
 * Throws an Error with words for it, and what the system says.
 */
export function readSmallFile(file: string, maxBytes = 256 * 1024): string {
  const stats = statSync(file);
  if (!stats.isFile()) throw new Error('it is no file');
  if (stats.size > maxBytes) throw new Error(`it has more than ${maxBytes / 1024} kB`);
  return readFileSync(file, 'utf8');
}
