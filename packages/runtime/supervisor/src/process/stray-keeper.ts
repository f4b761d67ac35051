import { spawn, type ChildProcess } from 'node:child_process';
import { messageOf, type Logger } from '@fieldwarden/core';
import { markVariable, strayPids, type GatewayMark } from './gateway-mark.js';

/**
 * Waits for its input to end. A line says that the gateway ends in order; without one it was killed, and what bears its mark is killed, again and
 * again until nothing is found: a process may fork meanwhile.
 */
const script = `
read -r word && exit 0
for round in 1 2 3 4 5 6 7 8 9 10; do
  found=0
  for each in /proc/[0-9]*; do
    if grep -qzxF "$1" "$each/environ" 2>/dev/null; then found=1; kill -KILL "\${each#/proc/}" 2>/dev/null; fi
  done
  [ "$found" = 0 ] && exit 0
done
`;

/**
 * Sees to it that nothing which a driver started outlives this gateway (SPEC §4.6): the kernel ends a Host with the gateway, but not the
 * processes of a driver, and not those that left the Host's group. A shell costs a megabyte, and lives when this process is killed.
 */
export class StrayKeeper implements Disposable {
  readonly #mark: GatewayMark;
  readonly #logger: Logger;
  #keeper: ChildProcess | undefined;

  constructor(mark: GatewayMark, logger: Logger) {
    this.#mark = mark;
    this.#logger = logger;
  }

  /** Kills what an earlier gateway on this home has left. */
  sweep(): void {
    for (const pid of strayPids(this.#mark)) {
      this.#logger.warn('killing a process that a previous gateway left behind', { pid });
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }

  /** Before the first Host; again when it was lost. Without a shell the next start sweeps. */
  watch(): void {
    if (this.#keeper) return;
    try {
      const keeper = spawn('/bin/sh', ['-c', script, 'fieldwarden-keeper', `${markVariable}=${this.#mark.whole}`], {
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
        env: { PATH: '/usr/bin:/bin' },
        cwd: '/',
      });
      keeper.once('error', (error) => this.#lost(error));
      keeper.once('exit', () => this.#lost(undefined));
      keeper.stdin?.on('error', () => undefined);
      keeper.unref();
      (keeper.stdin as unknown as { unref?: () => void } | null)?.unref?.();
      this.#keeper = keeper;
    } catch (error) {
      this.#lost(error);
    }
  }

  [Symbol.dispose](): void {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    keeper?.stdin?.end('done\n');
  }

  #lost(error: unknown): void {
    this.#keeper = undefined;
    if (error !== undefined)
      this.#logger.warn('nobody watches over what drivers start; it is swept at the next start', {
        error: messageOf(error),
      });
  }
}
