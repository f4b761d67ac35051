import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Where the local socket of the gateway on this home may be besides `<home>/admin.sock`, best first: in a folder of its user below one that mostly lies
 * in memory. The gateway listens there while the disk of its home takes no socket; commands look there when nobody answers in the home. Named
 * after the directory itself, so that each way of writing its path leads to the same. None for a home that is not there.
 */
export function spareSockets(home: string): readonly string[] {
  const found = process.platform === 'win32' ? undefined : statSync(home, { throwIfNoEntry: false });
  if (!found) return [];
  const { uid, dev, ino } = found;
  const ours = `fieldwarden-${uid}`;
  const folders = ['/run/fieldwarden', join('/run/user', String(uid), 'fieldwarden'), join('/dev/shm', ours), join('/tmp', ours), join(tmpdir(), ours)]; // prettier-ignore
  return [...new Set(folders)].map((folder) => join(folder, `${dev}-${ino}.sock`));
}

/** Makes the folder of a spare socket; false where it cannot be, or belongs to somebody whom the owner of the home has no reason to trust. */
export function makeSpareFolder(socketPath: string, home: string): boolean {
  try {
    mkdirSync(dirname(socketPath), { mode: 0o700 });
  } catch {
    // it is there, or the next one has to do
  }
  return isTrusted(dirname(socketPath), home);
}

/** The socket on which the gateway of this home answers: the one in the home, unless nobody listens there and somebody does at a spare one. */
export async function answeringSocket(home: string): Promise<string> {
  const usual = join(home, 'admin.sock');
  const spares = spareSockets(home).filter((path) => isSocket(path) && isTrusted(dirname(path), home));
  if (spares.length === 0) return usual; // mostly
  for (const path of [usual, ...spares]) if (await answers(path)) return path;
  return usual;
}

/** Whether somebody listens. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A folder that only root, this user or the owner of the home could have put something into: others could play the gateway there. */
function isTrusted(folder: string, home: string): boolean {
  try {
    const { uid, mode } = lstatSync(folder);
    const own = process.getuid?.() ?? 0;
    return (mode & 0o170077) === 0o040000 && [0, own, statSync(home).uid].includes(uid); // a directory, no link, nothing for others
  } catch {
    return false;
  }
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}
