import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { WedgeSettings } from '../stability-settings.js';
import type { StabilityTarget } from '../stability-target.js';
import { newWedge, reinitializeRefused, wedgeStep, type WedgeEffect, type WedgePolicy } from './wedge-rule.js';

/** Fine enough that a wedge is seen a quarter of the threshold late at most, and never idle work. */
const looksPerThreshold = 4;
const longestLookMs = 5_000;

export interface WedgeWatchDependencies {
  readonly settings: WedgeSettings;
  readonly target: StabilityTarget;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Looks at a driver's progress at its own pace, apart from memory samples that may be slow, and does what the rule says. */
export class WedgeWatch {
  readonly #options: WedgeWatchDependencies;
  readonly #policy: WedgePolicy;
  #state = newWedge;
  #timer: Timer | undefined;

  constructor(options: WedgeWatchDependencies) {
    this.#options = options;
    const { thresholdMs } = options.settings;
    this.#policy = { thresholdMs, lookMs: Math.min(thresholdMs / looksPerThreshold, longestLookMs) };
    this.#lookLater();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #lookLater(): void {
    this.#timer = this.#options.clock.setTimer(() => this.#look(), this.#policy.lookMs);
    this.#timer.unref();
  }

  #look(): void {
    this.#lookLater();
    try {
      this.#judge();
    } catch (error) {
      this.#options.logger.error(`the driver's progress could not be judged: ${messageOf(error)}`);
    }
  }

  #judge(): void {
    const { target, clock } = this.#options;
    const { healthy, pendingWork, progress, longestIntervalMs, isolation, spawn } = target;
    const session = `${isolation} ${spawn}`;
    const atMs = clock.monotonicMs();
    const sample = { atMs, healthy, pendingWork, progress, longestIntervalMs, isolation, session };
    const step = wedgeStep(this.#state, sample, this.#policy);
    this.#state = step.state;
    for (const effect of step.effects) this.#carryOut(effect);
  }

  #carryOut(effect: WedgeEffect): void {
    const { target, logger } = this.#options;
    switch (effect.type) {
      case 'reinitialize':
        logger.warn('the driver is wedged: work is pending, nothing gets done', { quietMs: effect.quietMs });
        target.event('wedged: work is pending, nothing gets done', { quietMs: effect.quietMs });
        void this.#reinitialize(effect.atMs);
        return;
      case 'recovered':
        return target.event('no longer wedged');
      case 'fault':
        return target.fault(effect.reason);
      case 'open-crash-loop':
        return target.openCrashLoop(effect.reason);
      case 'recycle':
        void this.#recycle();
    }
  }

  /** Never rejects. */
  async #recycle(): Promise<void> {
    const { target } = this.#options;
    try {
      await target.recycle('wedge');
    } catch (error) {
      target.event(`the recycle of a wedged Host failed: ${messageOf(error)}`);
    }
  }

  /** Never rejects. */
  async #reinitialize(atMs: number): Promise<void> {
    if (!(await this.#tryReinitialize())) this.#state = reinitializeRefused(this.#state, atMs);
  }

  async #tryReinitialize(): Promise<boolean> {
    try {
      return await this.#options.target.reinitialize();
    } catch (error) {
      this.#options.logger.warn(`reinitialize failed: ${messageOf(error)}`);
      return false;
    }
  }
}
