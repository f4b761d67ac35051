import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { HostProcess, HostProcessOptions } from './host-process.js';
import { privateBytesOf, processState } from './process-identity.js';

/** What becomes a Host later has to be told of it, when it is one. */
export type ProcessListener = Pick<HostProcessOptions, 'onLine' | 'onExit'>;

/** A process that waits at its channel for `init`. */
export type SpareChild = Pick<HostProcess, 'pid' | 'transport' | 'kill' | 'captureStack' | 'whenGreeted' | 'adopt'>;

export interface SpareDependencies {
  /** Throws when the system refuses a process. */
  readonly launch: (listener: ProcessListener) => SpareChild;
  /** Whether no Host starts or waits for its start: they go first. */
  readonly isIdle: () => boolean;
  readonly spawned: (pid: number) => void;
  readonly gone: (pid: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SpareSnapshot {
  readonly pid: number;
  /** It has said hello: whoever needs a process gets this one. */
  readonly isWaiting: boolean;
  /** Private memory: resident minus shared; null where the system does not tell. */
  readonly memoryBytes: number | null;
}

/** From the moment when there is none to a look whether one may be started. */
const settleMs = 100;
/** From its start to its hello. */
const greetMs = 30_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * One process that has loaded what every Host of a driver loads, and belongs to no driver yet: the next one that needs a process takes it
 * and only has to load its driver. There is one while somebody wants it, and the next is started in the background, when nobody else starts.
 */
export class SpareProcess {
  readonly #deps: SpareDependencies;
  #isWanted = false;
  #child: SpareChild | undefined;
  #isWarm = false;
  #deaths = 0;
  #timer: Timer | undefined;
  #closed: (() => void) | undefined;

  constructor(deps: SpareDependencies) {
    this.#deps = deps;
  }

  /** Undefined while there is no process. */
  get snapshot(): SpareSnapshot | undefined {
    const pid = this.#child?.pid;
    return pid === undefined ? undefined : { pid, isWaiting: this.#isWarm, memoryBytes: privateBytesOf(pid) ?? null };
  }

  /** Whether there are Hosts that may need it. */
  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    if (isWanted) return this.#later(settleMs);
    this.#disarm();
    this.#child?.kill('SIGKILL');
  }

  /** The process, which belongs to the caller from now on; undefined when none is ready for it. */
  take(listener: ProcessListener): SpareChild | undefined {
    const child = this.#child;
    if (!child || !this.#isWarm || !this.#isWanted) return undefined;
    if (!isAlive(child)) {
      child.kill('SIGKILL');
      return undefined;
    }
    this.#forget();
    this.#deaths = 0;
    child.adopt(listener);
    this.#later(settleMs);
    return child;
  }

  /** Resolves when it is gone. */
  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => (this.#closed = resolve));
    this.want(false);
    if (this.#child) await gone;
  }

  #later(waitMs: number): void {
    this.#disarm();
    this.#timer = this.#deps.clock.setTimer(() => this.#startIfIdle(), waitMs);
    this.#timer.unref();
  }

  #startIfIdle(): void {
    if (!this.#isWanted || this.#child) return;
    if (!this.#deps.isIdle()) return this.#later(settleMs);
    try {
      this.#start();
    } catch (error) {
      this.#notStarted(messageOf(error));
    }
  }

  #start(): void {
    const { launch, logger, spawned } = this.#deps;
    const child = launch({
      onLine: (stream, line) => logger.warn('the spare process of Hosts printed a line', { stream, line }),
      onExit: (exitCode, signal, error) => {
        this.#forget();
        if (child.pid !== undefined) this.#deps.gone(child.pid);
        this.#died(error?.message ?? signal ?? `exit code ${exitCode}`);
      },
    });
    this.#child = child;
    if (child.pid === undefined) return;
    spawned(child.pid);
    child.whenGreeted(() => this.#greeted(child));
    this.#timer = this.#deps.clock.setTimer(() => child.kill('SIGKILL'), greetMs);
    this.#timer.unref();
  }

  #notStarted(why: string): void {
    if (!this.#child) return this.#died(why);
    this.#deps.logger.warn('the spare process of Hosts could not be started', { why });
    this.#child.kill('SIGKILL'); // its end brings the next one
  }

  #greeted(child: SpareChild): void {
    if (this.#child !== child) return;
    this.#isWarm = true;
    this.#disarm();
  }

  /** What kills one may kill the next. */
  #died(why: string): void {
    this.#closed?.();
    if (!this.#isWanted) return;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#deaths);
    this.#deaths += 1;
    this.#deps.logger.warn('the spare process of Hosts ended, the next one comes after a pause', { why, pauseMs });
    this.#later(pauseMs);
  }

  #forget(): void {
    this.#child = undefined;
    this.#isWarm = false;
    this.#disarm();
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}

/** Stopped, held by a debugger or dead already: `init` would wait there for the whole start budget. */
function isAlive({ pid }: SpareChild): boolean {
  const state = pid === undefined ? 'X' : processState(pid);
  return state === undefined || !['T', 't', 'Z', 'X'].includes(state);
}
