import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';

/** Certificates of refused clients that are kept for the operator to trust. */
export const maxRejected = 100;

/** Removes the oldest beyond that number: any stranger can bring as many as he likes. */
export async function pruneRejected(folder: string, max = maxRejected): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length <= max) return;
  const files = await Promise.all(names.map(async (name) => await changedAt(join(folder, name))));
  const oldestFirst = files.flatMap((file) => file ?? []).sort((one, other) => one.changedAtMs - other.changedAtMs);
  for (const { path } of oldestFirst.slice(0, oldestFirst.length - max)) await unlink(path).catch(() => undefined);
}

/** When a certificate was put into a folder, ms since 1970; undefined where it is not. */
export async function putAtMs(folder: string, fingerprint: string): Promise<number | undefined> {
  let newestMs: number | undefined;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const file = await changedAt(path);
    if (!file || (newestMs !== undefined && file.changedAtMs <= newestMs)) continue;
    if ((await fingerprintOf(path)) === fingerprint) newestMs = file.changedAtMs;
  }
  return newestMs;
}

/** The change time: a file that is moved or copied keeps its other times. */
async function changedAt(path: string): Promise<{ path: string; changedAtMs: number } | undefined> {
  const stats = await stat(path).catch(() => undefined); // it may have been moved meanwhile
  return stats?.isFile() ? { path, changedAtMs: stats.ctimeMs } : undefined;
}

async function fingerprintOf(path: string): Promise<string | undefined> {
  try {
    return new X509Certificate(await readFile(path)).fingerprint;
  } catch {
    return undefined; // no certificate
  }
}
