import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Check } from '../check.js';

const others = 0o077;

/** Keys, hashes and secrets are for one user. */
export const homeModes: Check = {
  id: 'home-modes',
  run({ home }) {
    if (process.platform === 'win32') return ok('rights of files are not looked at on this system');
    const open = [home, ...namesIn(home).map((name) => join(home, name))].filter(isOpen);
    if (open.length === 0) return ok(`${home} is for this user alone`);
    return fail(`others may look into ${open.slice(0, 5).join(', ')}`, `chmod -R go-rwx ${home}`);
  },
};

function namesIn(home: string): readonly string[] {
  try {
    return readdirSync(home);
  } catch {
    return [];
  }
}

function isOpen(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isSymbolicLink() && (found.mode & others) !== 0;
}
