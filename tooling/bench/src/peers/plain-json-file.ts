import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';

/** A document kept the plain way: one JSON file on disk, with its SHA-256 in hand. */
export interface JsonFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Serialise, hash, write, flush. */
export async function writeJsonFile(path: string, document: unknown): Promise<JsonFile> {
  const content = Buffer.from(JSON.stringify(document));
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return { path, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}

/** Read and compare the SHA-256. */
export async function verifyJsonFile({ path, sha256 }: JsonFile): Promise<Buffer> {
  const content = await readFile(path);
  if (createHash('sha256').update(content).digest('hex') !== sha256) throw new Error(`${path} was changed`);
  return content;
}

/** Read, compare, parse. */
export async function readJsonFile(file: JsonFile): Promise<unknown> {
  return JSON.parse((await verifyJsonFile(file)).toString('utf8'));
}
