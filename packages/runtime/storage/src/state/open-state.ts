import { readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '@fieldwarden/core';
import { syncFolder } from '../files/replace-file.js';
import { proveDatabase } from '../lmdb/prove-database.js';
import { StateDatabase } from './state-database.js';

/** Damaged files that are kept for whoever wants to look: the newest. */
const keptAside = 3;

export interface OpenedState {
  readonly database: StateDatabase;
  /** What did not survive, in a sentence; undefined if all did. */
  readonly damage: string | undefined;
}

/** Never refuses a damaged file: that is set aside, and an empty one opened. Rejects with what the system said if there can't be any. */
export async function openState(path: string, clock: Clock): Promise<OpenedState> {
  // By the package's own name: also found when this module runs from its source.
  const program = createRequire(import.meta.url).resolve('@fieldwarden/storage/prove-state');
  const verdict = await proveDatabase({ path, program, clock });
  const database = (): Promise<StateDatabase> => StateDatabase.open(path);
  switch (verdict.outcome) {
    case 'absent':
      return { database: await database(), damage: undefined };
    case 'sound':
      return { database: await database(), damage: verdict.lost === '' ? undefined : lostOf(path, verdict.lost) };
    case 'flawed':
    case 'newer': {
      const reason =
        verdict.outcome === 'newer'
          ? `a newer version has written it (format ${verdict.format})`
          : `it is damaged (${verdict.reason})`;
      const aside = await setAside(path, clock);
      const damage = `${path} could not be used: ${reason}. It is kept as ${basename(aside)}; all state begins anew`;
      return { database: await database(), damage };
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
