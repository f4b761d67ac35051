import { GatewayError } from '@fieldwarden/core';
import { chmodSync, lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Rights of the group and of others. */
const others = 0o077;

/** Folders whose content is looked at, too: keys and certificates. `config/` is sealed by itself. */
const lookedInto: ReadonlySet<string> = new Set([
  'pki',
  'own',
  'private',
  'tls',
  'users',
  'drivers',
  'secrets',
  'OPCUA',
]);

/**
 * Takes the rights of others away from the home directory and what lies in it; says what it did. Throws kind `config`: HOME_NOT_OURS for one
 * that belongs to another user, HOME_OPEN_TO_OTHERS for one that others may write and that cannot be changed.
 */
export function tightenHome(home: string): readonly string[] {
  const found = statSync(home);
  refuseForeign(home, found);
  const remarks = tightened(home, found, () => refuseWritable(home, found));
  return [...remarks, ...tightenContent(home)];
}

/** root may work in a home of another user: that is how containers are mounted. */
function refuseForeign(home: string, { uid }: Stats): void {
  const own = process.getuid?.();
  if (own === undefined || own === 0 || uid === own) return;
  throw refused('HOME_NOT_OURS', `the home directory ${home} belongs to user ${uid}, this gateway runs as ${own}. Give another with --home, or run it as that user`); // prettier-ignore
}

function refuseWritable(home: string, { mode }: Stats): void {
  if ((mode & 0o022) === 0) return;
  throw refused('HOME_OPEN_TO_OTHERS', `others may write the home directory ${home}, and its mode cannot be changed. Set it with: chmod 700 ${home}`); // prettier-ignore
}

/** Symbolic links are left alone: what they lead to is not the gateway's. */
function tightenContent(folder: string): readonly string[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found || !(found.isFile() || found.isDirectory())) return [];
    const below = found.isDirectory() && lookedInto.has(name) ? tightenContent(path) : [];
    return [...tightened(path, found), ...below];
  });
}

function tightened(path: string, { mode }: Stats, cannot: () => void = () => undefined): readonly string[] {
  if (process.platform === 'win32' || (mode & others) === 0) return [];
  const was = (mode & 0o777).toString(8).padStart(4, '0');
  try {
    chmodSync(path, mode & 0o700);
    return [`${path} had mode ${was}: others may not see it any more`];
  } catch {
    cannot();
    return [`${path} has mode ${was}, which cannot be changed: others may see it`];
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function refused(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
