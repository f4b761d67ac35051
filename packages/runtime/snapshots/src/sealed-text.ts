import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import type { Entries } from './document-entries.js';
import type { SealedGeneration } from './sealed-generation.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Key of the text that a generation was published from: JSON string, gzip. Not part of the document's digest; the file's covers it. */
export const textKey = 'text';

/** Undefined for a generation without a text. */
export async function packedText({ text }: SealedGeneration): Promise<Buffer | undefined> {
  return text === undefined ? undefined : await compress(JSON.stringify(text), { level: constants.Z_BEST_SPEED });
}

export async function textIn(entries: Entries): Promise<string | undefined> {
  const packed = entries.get(textKey);
  return packed && (JSON.parse((await decompress(packed)).toString('utf8')) as string);
}
