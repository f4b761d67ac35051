import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { RecycleQueue } from './recycle-queue.js';
import {
  isFresh,
  nextLookMs,
  scheduleStep,
  startSchedule,
  type ClockReading,
  type RecycleSchedule,
} from './recycle-schedule.js';
import type { RecycleSettings } from '../stability-settings.js';
import type { StabilityTarget } from '../stability-target.js';

export interface RecycleTimerDependencies {
  readonly driverId: string;
  readonly settings: RecycleSettings;
  readonly target: StabilityTarget;
  readonly queue: RecycleQueue;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Keeps the recycle schedule of one driver. */
export class RecycleTimer {
  readonly #options: RecycleTimerDependencies;
  #schedule: RecycleSchedule;
  #timer: Timer | undefined;
  #queued = false;
  #disposed = false;

  constructor(options: RecycleTimerDependencies) {
    this.#options = options;
    this.#schedule = startSchedule(options.settings, this.#now(), options.random);
    this.#lookLater();
  }

  /** Wall time, ms since 1970 UTC. */
  get nextAtMs(): number | null {
    return this.#schedule.nextMs;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #now(): ClockReading {
    const { clock } = this.#options;
    return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
  }

  #lookLater(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimer(() => this.#look(), nextLookMs(this.#schedule, clock.wallMs()));
    this.#timer.unref();
  }

  #look(): void {
    const { settings, random } = this.#options;
    const step = scheduleStep(this.#schedule, settings, this.#now(), random);
    this.#schedule = step.schedule;
    if (step.due && !this.#queued) void this.#queue();
    this.#lookLater();
  }

  async #queue(): Promise<void> {
    const { queue, driverId } = this.#options;
    this.#queued = true;
    await queue.run(driverId, () => this.#turn());
    this.#queued = false;
  }

  /** Looks again when its turn has come: much may have happened while others had theirs. */
  async #turn(): Promise<void> {
    const { target, clock, logger } = this.#options;
    if (this.#disposed || target.pid === null) return;
    if (isFresh(target.restartedAtMs, clock.monotonicMs())) {
      logger.info('the planned recycle is left out: the driver was restarted less than an hour ago');
      return target.event('planned recycle left out: restarted less than an hour ago');
    }
    try {
      await target.recycle('cron');
    } catch (error) {
      logger.warn(`the planned recycle failed: ${messageOf(error)}`);
      target.event(`the planned recycle failed: ${messageOf(error)}`);
    }
  }
}
