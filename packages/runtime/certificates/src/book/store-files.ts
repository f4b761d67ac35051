import { replaceFile } from '@fieldwarden/storage/replace-file';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

/**
 * Puts a copy of a file into a folder, whole at every instant, under its own name or a like one that is free. What is being written stands in
 * `aside`, where nobody watches for certificates.
 */
export async function copyInto(path: string, folder: string, aside: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const content = await readFile(path);
  const place = await freePlace(folder, basename(path), content);
  await replaceFile(place, content, { temporary: join(aside, 'moving.new') });
}

/** Those that are not there any more are passed over. */
export async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

/** A file of the same content is the same certificate. */
async function freePlace(folder: string, name: string, content: Buffer): Promise<string> {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let more = 1; ; more += 1) {
    const place = join(folder, more === 1 ? name : `${stem}-${more}${extension}`);
    if ((await stat(place).catch(() => undefined)) === undefined) return place;
    if (content.equals(await readFile(place).catch(() => Buffer.alloc(0)))) return place;
  }
}
