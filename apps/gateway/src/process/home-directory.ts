import { GatewayError, messageOf } from '@fieldwarden/core';
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, lockHolder, type LockHolder } from './lock-holder.js';

/**
 * The directory that holds all state of one gateway, claimed for this process. Two gateways on one home are impossible: the
 * claim is a file made exclusively, and a claim left by a dead process is taken over.
 */
export class HomeDirectory implements Disposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Throws kind `config`: HOME_NOT_WRITABLE, HOME_IN_USE. */
  static claim(path: string): HomeDirectory {
    const home = new HomeDirectory(resolve(path));
    home.#prepare();
    home.#lock();
    return home;
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.file('gateway.lock'), { force: true });
  }

  #prepare(): void {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
      accessSync(this.path, constants.W_OK | constants.X_OK);
      for (const folder of ['logs', 'pki']) mkdirSync(this.file(folder), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new GatewayError({
        code: 'HOME_NOT_WRITABLE',
        kind: 'config',
        message: `the home directory ${this.path} cannot be written: ${messageOf(error)}. Give another with --home, or its rights to this user`,
        cause: error,
      });
    }
  }

  #lock(): void {
    const mine = JSON.stringify(lockHolder(process.pid));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (this.#createLock(mine)) return;
      const holder = this.#lockHolder();
      if (holder && isAlive(holder)) throw this.#inUse(holder.pid);
      this.#discardLock();
    }
    throw this.#inUse(undefined);
  }

  #createLock(content: string): boolean {
    try {
      writeFileSync(this.file('gateway.lock'), content, { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw new GatewayError({
        code: 'HOME_NOT_WRITABLE',
        kind: 'config',
        message: `${this.path} cannot be written: ${messageOf(error)}`,
        cause: error,
      });
    }
  }

  #lockHolder(): LockHolder | undefined {
    try {
      return JSON.parse(readFileSync(this.file('gateway.lock'), 'utf8')) as LockHolder;
    } catch {
      return undefined;
    }
  }

  /** By rename, so that of two starters only one removes the same stale lock. */
  #discardLock(): void {
    const aside = this.file(`gateway.lock.${process.pid}`);
    try {
      renameSync(this.file('gateway.lock'), aside);
    } catch {
      return; // the other starter was quicker
    }
    rmSync(aside, { force: true });
  }

  #inUse(pid: number | undefined): GatewayError {
    return new GatewayError({
      code: 'HOME_IN_USE',
      kind: 'config',
      message: `another gateway${pid === undefined ? '' : ` (pid ${pid})`} runs on ${this.path}. Stop it with: fieldwarden down --home ${this.path}`,
    });
  }
}
