import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface BackupChoice {
  /** Messages that wait for a broker: a second gateway would send them, too. */
  readonly outbox?: boolean | undefined;
  /** Values that were kept. May be many gigabytes. */
  readonly history?: boolean | undefined;
  /** The backup is encrypted: what opens something may go along. */
  readonly encrypted: boolean;
}

/** Of one run of one gateway, or made anew by itself. */
const ofOneRun = new Set([
  'admin.sock', 'run.json', 'gateway.lock', 'hosts.json', 'reserve', 'audit.head', 'sessions.json', 'backup.json', 'logs', 'post-mortem', 'post-mortem-services',
  'compile-cache', 'lost+found',
]); // prettier-ignore

/** Half-written, set aside, or of this very work. */
const passing = /^\.|-lock$|\.new$|\.tmp$|\.damaged|\.proving-|^before-restore-|^gateway\.lock\./;

/** Opens something by itself: keys, secret files, password hashes and the keys of second factors. */
const opening = /^(?:secret\.key|accounts\.json|secrets\/.*|(?:.*\/)?private\/.*|.*[._-]key\.pem|.*\.key)$/;

/** Whether a file below the home directory, named with slashes, goes into a backup. */
export function belongsInBackup(path: string, { outbox, history, encrypted }: BackupChoice): boolean {
  const [top] = path.split('/');
  if (ofOneRun.has(top) || path.split('/').some((name) => passing.test(name))) return false;
  if (!encrypted && opening.test(path)) return false;
  if (/^outbox\b/.test(top)) return outbox === true;
  if (/^history\b/.test(top)) return history === true;
  return true;
}

/** Databases that the gateway has open, and that are copied at one moment; sealed snapshots never change. */
export function isDatabase(path: string): boolean {
  return path.endsWith('.mdb') && !path.startsWith('config/');
}

/** Names the snapshot that runs. Read first: what it names was there before it moved. */
export function isPointer({ path }: HomeFile): boolean {
  return path.startsWith('config/') && path.endsWith('/CURRENT');
}

export interface HomeFile {
  /** Below the home directory, with slashes. */
  readonly path: string;
  readonly mode: number;
  readonly bytes: number;
}

/** All regular files below the home directory, links left alone. */
export function homeFiles(home: string): readonly HomeFile[] {
  return [...below(home, '')].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function* below(home: string, folder: string): Generator<HomeFile> {
  for (const name of readdirSync(join(home, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const found = lstatSync(join(home, path), { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      if (!ofOneRun.has(path)) yield* below(home, path);
    } else if (found?.isFile()) yield { path, mode: found.mode & 0o700, bytes: found.size };
  }
}
