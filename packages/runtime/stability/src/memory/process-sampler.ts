import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { ProcessUsage, ReadUsages } from './process-usage.js';

/** Timers may come so early. */
const earlyMs = 1;

/** Who wants to be told, and about what. */
export interface Watcher {
  readonly sampleMs: number;
  /** The process to look at; null for none, then the sample is without usage. Asked before each sample. */
  pid(): number | null;
  /** `usage` is undefined if there is no process, or it was replaced meanwhile. */
  onSample(usage: ProcessUsage | undefined): void;
}

/**
 * Looks at all processes of the gateway's Hosts, those of one interval together. Intervals lie on one grid, so that a hundred
 * drivers cost one reading, not a hundred. One sampler serves all drivers.
 */
export class ProcessSampler {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #read: ReadUsages;
  /** When each is next due. */
  readonly #dueMs = new Map<Watcher, number>();
  #timer: Timer | undefined;
  #reading = false;

  constructor(deps: { readonly clock: Clock; readonly logger: Logger; readonly read: ReadUsages }) {
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#read = deps.read;
  }

  /** From the next point of the grid on, until disposed. */
  watch(watcher: Watcher): Disposable {
    this.#dueMs.set(watcher, this.#nextDueMs(watcher));
    this.#schedule();
    return {
      [Symbol.dispose]: () => {
        this.#dueMs.delete(watcher);
        this.#schedule();
      },
    };
  }

  /** Points of the grid that passed while a slow system was read are left out. A timer that came early has its point behind it. */
  #nextDueMs({ sampleMs }: Watcher): number {
    return (Math.floor((this.#clock.monotonicMs() + earlyMs) / sampleMs) + 1) * sampleMs;
  }

  /** While a reading is under way there is no timer: the next one begins when it has ended. */
  #schedule(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#reading || this.#dueMs.size === 0) return;
    const firstMs = Math.min(...this.#dueMs.values());
    this.#timer = this.#clock.setTimer(() => void this.#sample(), Math.max(0, firstMs - this.#clock.monotonicMs()));
    this.#timer.unref();
  }

  /** Never rejects: whatever goes wrong is told of in the log, and the next reading comes. */
  async #sample(): Promise<void> {
    this.#reading = true;
    let due: readonly Watcher[] = [];
    try {
      due = this.#due();
      await this.#tellAll(due);
    } catch (error) {
      this.#logger.error(`the processes could not be looked at: ${messageOf(error)}`);
    }
    for (const watcher of due) if (this.#dueMs.has(watcher)) this.#dueMs.set(watcher, this.#nextDueMs(watcher));
    this.#reading = false;
    this.#schedule();
  }

  #due(): readonly Watcher[] {
    const untilMs = this.#clock.monotonicMs() + earlyMs;
    return [...this.#dueMs].filter(([, dueMs]) => dueMs <= untilMs).map(([watcher]) => watcher);
  }

  async #tellAll(watchers: readonly Watcher[]): Promise<void> {
    const due = watchers.map((watcher) => ({ watcher, pid: watcher.pid() }));
    const pids = [...new Set(due.map(({ pid }) => pid).filter((pid) => pid !== null))];
    const usages = pids.length === 0 ? new Map<number, ProcessUsage>() : await this.#read(pids);
    for (const { watcher, pid } of due) this.#tell(watcher, pid, usages);
  }

  #tell(watcher: Watcher, pid: number | null, usages: ReadonlyMap<number, ProcessUsage>): void {
    if (!this.#dueMs.has(watcher)) return;
    try {
      const same = pid !== null && watcher.pid() === pid;
      watcher.onSample(same ? usages.get(pid) : undefined);
    } catch (error) {
      this.#logger.error(`a sample could not be judged: ${messageOf(error)}`, { pid });
    }
  }
}
