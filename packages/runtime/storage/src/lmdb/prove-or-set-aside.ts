import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '@fieldwarden/core';
import { syncFolder } from '../files/replace-file.js';
import { proveDatabase, type ProofRequest } from './prove-database.js';

/** Damaged files that are kept for whoever wants to look: the newest. */
const keptAside = 3;

/**
 * Checks a file before it is opened. One that is damaged beyond use, or newer than this program, is set aside as `<path>.damaged-<time>`: then there is
 * none. What did not survive, in a sentence that ends with `beginsAnew`; undefined if all did. Rejects with what the system said if it could not be checked.
 */
export async function proveOrSetAside(request: ProofRequest, beginsAnew: string): Promise<string | undefined> {
  const { path, clock } = request;
  const verdict = await proveDatabase(request);
  switch (verdict.outcome) {
    case 'absent':
      return undefined;
    case 'sound':
      return verdict.lost === '' ? undefined : lostOf(path, verdict.lost);
    case 'flawed':
    case 'newer': {
      const reason =
        verdict.outcome === 'newer'
          ? `a newer version has written it (format ${verdict.format})`
          : `it is damaged (${verdict.reason})`;
      const aside = await setAside(path, clock);
      return `${path} could not be used: ${reason}. It is kept as ${basename(aside)}; ${beginsAnew}`;
    }
  }
}

function lostOf(path: string, lost: string): string {
  return `${path} is damaged: ${lost} not what was written, and left out; everything else is intact`;
}

async function setAside(path: string, clock: Clock): Promise<string> {
  const time = new Date(clock.wallMs()).toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${path}.damaged-${time}`;
  await rename(path, aside);
  await rm(`${path}-lock`, { force: true });
  await syncFolder(dirname(path));
  await forgetOldest(path);
  return aside;
}

async function forgetOldest(path: string): Promise<void> {
  const prefix = `${basename(path)}.damaged-`;
  const names = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix)).sort();
  for (const name of names.slice(0, -keptAside)) await rm(join(dirname(path), name), { recursive: true, force: true });
}
