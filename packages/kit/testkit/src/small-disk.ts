import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own on `path`, in memory; gone when disposed. For disks that are full or read-only: see `mayMount`. */
export class SmallDisk implements Disposable {
  readonly path: string;

  /** `size` as mount(8) has it. */
  constructor(path: string, size: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', path], { stdio: 'pipe' });
  }

  /** Takes all the room that is left but `leaveBytes`, until the returned is disposed. */
  fill(leaveBytes = 0): Disposable {
    const ballast = join(this.path, 'ballast');
    const { bavail, bsize } = statfsSync(this.path);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
    return { [Symbol.dispose]: () => rmSync(ballast, { force: true }) };
  }

  remount(access: 'ro' | 'rw'): void {
    execFileSync('mount', ['-o', `remount,${access}`, this.path], { stdio: 'pipe' });
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.path]);
  }
}

let answer: boolean | undefined;

/** Whether this process may make such disks; root of a container often may not. */
export function mayMount(): boolean {
  return (answer ??= tryMount());
}

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
