import { once } from 'node:events';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { GatewayError } from '@fieldwarden/core';
import { diskRefusal } from '@fieldwarden/storage';
import { isAlive, lockHolder, type LockHolder } from './lock-holder.js';

/**
 * The claim of one process on a home directory. It stands twice: as a name that the kernel gives to one process at a time and takes
 * back from a dead one, which needs no disk; and as the file `gateway.lock`, which reaches beyond a container.
 */
export class HomeLock implements Disposable {
  readonly #file: string;
  readonly #name: Server | undefined;
  #hasFile = false;

  private constructor(file: string, name: Server | undefined) {
    this.#file = file;
    this.#name = name;
  }

  /** Rejects with HOME_IN_USE, or with what the system says of a file that it does not take for another reason than the disk. */
  static async claim(home: string): Promise<HomeLock> {
    const file = join(home, 'gateway.lock');
    const lock = new HomeLock(file, await claimName(home));
    try {
      lock.complete();
      return lock;
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Makes the file, if a disk that took nothing kept it from being made before. Throws as `claim` rejects. */
  complete(): void {
    if (this.#hasFile) return;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const made = this.#make();
      if (made !== 'taken') return;
      const holder = holderIn(this.#file);
      if (holder && isAlive(holder)) throw inUse(this.#file, holder.pid);
      if (!this.#discard()) return; // it lies on a read-only disk, and nobody holds it
    }
    throw inUse(this.#file, undefined);
  }

  [Symbol.dispose](): void {
    this.#name?.close();
    if (this.#hasFile) rmSync(this.#file, { force: true });
  }

  #make(): 'made' | 'taken' | 'no-disk' {
    try {
      writeFileSync(this.#file, JSON.stringify(lockHolder(process.pid)), { flag: 'wx', mode: 0o600 });
      this.#hasFile = true;
      return 'made';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'taken';
      const refusal = diskRefusal(error);
      if (refusal === undefined) throw error;
      if (refusal !== 'read-only') rmSync(this.#file, { force: true }); // empty: its content found no room
      return 'no-disk';
    }
  }

  /** By rename, so that of two starters only one removes the same stale lock. False when the disk does not let it go. */
  #discard(): boolean {
    const aside = `${this.#file}.${process.pid}`;
    try {
      renameSync(this.#file, aside);
      rmSync(aside, { force: true });
    } catch (error) {
      return diskRefusal(error) === undefined; // else: the other starter was quicker
    }
    return true;
  }
}

/** A Linux socket address outside the file system. Elsewhere the file is the only claim. */
async function claimName(home: string): Promise<Server | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { dev, ino } = statSync(home);
  const server = createServer((socket) => socket.destroy());
  const settled = once(server, 'listening'); // rejects on 'error'
  server.listen(`\0fieldwarden/${process.getuid?.() ?? 0}/${dev}-${ino}`);
  try {
    await settled;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return undefined;
    throw inUse(join(home, 'gateway.lock'), holderIn(join(home, 'gateway.lock'))?.pid);
  }
  return server.unref();
}

function holderIn(file: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

function inUse(file: string, pid: number | undefined): GatewayError {
  const home = join(file, '..');
  return new GatewayError({
    code: 'HOME_IN_USE',
    kind: 'config',
    message: `another gateway${pid === undefined ? '' : ` (pid ${pid})`} runs on ${home}. Stop it with: fieldwarden down --home ${home}`,
  });
}
