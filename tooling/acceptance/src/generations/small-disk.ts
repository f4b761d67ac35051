import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own on `path`, in memory; gone when disposed. */
export class SmallDisk implements Disposable {
  readonly path: string;

  /** `size` as mount(8) has it. */
  constructor(path: string, size: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', path], { stdio: 'pipe' });
  }

  remount(access: 'ro' | 'rw'): void {
    execFileSync('mount', ['-o', `remount,${access}`, this.path], { stdio: 'pipe' });
  }

  [Symbol.dispose](): void {
    execFileSync('umount', [this.path]);
  }
}

/** Root of a container often may not. */
export const mayMount = tryMount();

function tryMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
  try {
    using _disk = new SmallDisk(path, '64k');
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
