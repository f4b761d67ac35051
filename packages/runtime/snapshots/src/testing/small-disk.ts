import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from './child-process.js';

/** A file system of its own on `path`, in memory, `size` as mount(8) has it; gone when disposed. */
export function mounted(path: string, size: string): Disposable {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', path], { stdio: 'pipe' });
  return { [Symbol.dispose]: () => void execFileSync('umount', [path]) };
}

/** Root of a container often may not mount either. */
export const mayMount = isRoot && tryMount();

function tryMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
  try {
    using _disk = mounted(path, '64k');
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
