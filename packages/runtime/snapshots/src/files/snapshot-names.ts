import { randomBytes } from 'node:crypto';

/** SPEC §7.1: the same rule as `site` of the plant document. */
const sitePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export const pointerName = 'CURRENT';

const sealedName = /^([1-9][0-9]{0,14})\.(mdb|json)$/;

/** LMDB leaves one beside whatever it opens; nobody needs it beside a file that is never written again. */
const strayLockName = /^[1-9][0-9]{0,14}\.mdb-lock$/;

const temporaryName = /^\.(?:CURRENT|[1-9][0-9]{0,14})\.([0-9]{1,10})\.[0-9a-f]{12}(?:\.mdb|\.mdb-lock|\.json)?$/;

export function isSiteName(name: string): boolean {
  return sitePattern.test(name);
}

/** Equal for two names that one folder cannot tell apart on a file system that ignores case, or dots at the end. */
export function foldedSiteName(name: string): string {
  return name.toLowerCase().replace(/\.+$/, '');
}

export function snapshotName(generation: number): string {
  return `${generation}.mdb`;
}

export function manifestName(generation: number): string {
  return `${generation}.json`;
}

/** Which generation's snapshot or manifest has this name; undefined for any other file. */
export function sealedFile(name: string): { generation: number; part: 'mdb' | 'json' } | undefined {
  const match = sealedName.exec(name);
  return match ? { generation: Number(match[1]), part: match[2] as 'mdb' | 'json' } : undefined;
}

export function isStrayLock(name: string): boolean {
  return strayLockName.test(name);
}

/** Names its process, so that a sweep leaves alone what another one is writing. */
export function newTemporaryName(subject: number | typeof pointerName, pid: number): string {
  return `.${subject}.${pid}.${randomBytes(6).toString('hex')}`;
}

/** The pid in a name that `newTemporaryName` made (with or without an extension); undefined for any other file. */
export function temporaryOwner(name: string): number | undefined {
  const match = temporaryName.exec(name);
  return match ? Number(match[1]) : undefined;
}
