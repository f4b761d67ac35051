import {
  backupError,
  finishRestore,
  homeFormat,
  inTheWay,
  noteBackup,
  readBackup,
  refuseNewerHome,
  stageRestore,
  writeBackup,
  type BackupSummary,
  type ReadBackup,
} from '@fieldwarden/backup';
import { messageOf, silentLogger, systemClock } from '@fieldwarden/core';
import { examine, type DoctorFacts, type Examined } from '@fieldwarden/doctor';
import { SnapshotStore, sitesOf } from '@fieldwarden/snapshots';
import { SecretVault } from '@fieldwarden/vault';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HomeLock } from '../process/home-lock.js';
import { version } from '../version.js';
import { recordInHome } from './home-audit.js';

/** What a command does to a home directory on which no gateway runs. */

export interface HomeBackupWish {
  readonly passphrase?: string | undefined;
  readonly outbox?: boolean | undefined;
  readonly history?: boolean | undefined;
}

/** Writes the file whole, or not at all. Rejects with HOME_IN_USE, and as `writeBackup` does. */
export async function backupHome(home: string, file: string, wish: HomeBackupWish): Promise<ReadBackup> {
  using _claim = await HomeLock.claim(home);
  refuseNewerHome(home, version);
  let summary: BackupSummary | undefined;
  const request = { home, version, site: await siteOf(home), clock: systemClock, ...wish };
  const pieces = writeBackup({ ...request, onEnd: (made) => (summary = made) });
  const read = await keepBackup(file, pieces, wish.passphrase);
  if (summary) noteBackup(home, summary);
  await notRecorded(home, { action: 'backup', after: { file } });
  return read;
}

/** Puts pieces in a file, reads it back to its last byte, and only then gives it its name. */
export async function keepBackup(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  passphrase: string | undefined,
): Promise<ReadBackup> {
  const half = `${file}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(half, { mode: 0o600, flush: true }));
    const read = await readBackup(createReadStream(half), passphrase);
    await rename(half, file);
    return read;
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

export interface RestoredHome extends ReadBackup {
  /** Where what was there is now. */
  readonly setAside: string | undefined;
  /** Why no row of the audit says so; undefined: one does. */
  readonly notAudited: string | undefined;
}

/** `mayReplace`: what is there may be set aside. Rejects with HOME_IN_USE, HOME_NOT_EMPTY, and as `readBackup` does; then nothing was changed. */
export async function restoreHome(
  home: string,
  file: string,
  { passphrase, mayReplace }: { readonly passphrase: string | undefined; readonly mayReplace: boolean },
): Promise<RestoredHome> {
  const found = inTheWay(home);
  if (found.length > 0 && !mayReplace) throw notEmpty(home, found);
  const made = await mkdir(home, { recursive: true, mode: 0o700 });
  try {
    using _claim = await HomeLock.claim(home);
    const backup = await stageRestore(home, createReadStream(file), passphrase);
    const setAside = finishRestore(home, new Date())?.setAside;
    const { createdAt, site } = backup.head;
    const after = { backupOf: createdAt, site, ...(setAside !== undefined && { setAside }) };
    return { ...backup, setAside, notAudited: await notRecorded(home, { action: 'restore', after }) };
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true }); // nothing was changed
    throw error;
  }
}

/** What was done is done, whether it could be written down or not. */
async function notRecorded(home: string, entry: Parameters<typeof recordInHome>[1]): Promise<string | undefined> {
  return await recordInHome(home, entry).then(() => undefined, messageOf);
}

/** What can be seen of a home directory whose gateway does not run. */
export async function examineHome(home: string): Promise<readonly Examined[]> {
  const document = await documentOf(home).catch(() => undefined);
  return await examine({ ...factsOf(home), document, running: undefined });
}

/** What is seen whether a gateway runs or not. */
export function factsOf(home: string): Omit<DoctorFacts, 'document' | 'running'> {
  return {
    home,
    now: new Date(),
    version,
    homeFormat,
    env: process.env,
    secretsProblem: new SecretVault(home, process.env).list().problem,
  };
}

/** Of the only site; undefined where there is none, or several. */
async function siteOf(home: string): Promise<string | null> {
  const sites = await sitesOf(home);
  return sites.length === 1 ? sites[0] : null;
}

/** What is sealed and would run. */
async function documentOf(home: string): Promise<DoctorFacts['document']> {
  const site = await siteOf(home);
  if (site === null) return undefined;
  const product = `fieldwarden ${version}`;
  const store = await SnapshotStore.open({ home, site, logger: silentLogger, clock: systemClock, product });
  const current = await store.current();
  return current && { ...(await store.read(current.generation)).document };
}

function notEmpty(home: string, found: readonly string[]): Error {
  const named = `${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}`;
  return backupError(
    'HOME_NOT_EMPTY',
    `the home directory ${home} is not empty (${named}); nothing was changed. --yes sets what is there aside, in a folder before-restore-… of it`,
  );
}
