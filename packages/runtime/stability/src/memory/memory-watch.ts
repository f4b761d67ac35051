import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { BaselineKey, BaselineStore, MemoryMeasure } from './baseline-store.js';
import { memoryReactions } from './memory-reactions.js';
import { afterRespawn, memoryRecycleStep, newMemoryRecycle, type MemoryRecycleEffect } from './memory-recycle-rule.js';
import {
  baselineOf,
  memoryLimits,
  memoryState,
  memoryStep,
  newMemoryTrack,
  type MemoryEvent,
  type MemoryState,
  type MemoryTrack,
} from './memory-rule.js';
import type { ProcessUsage } from './process-usage.js';
import type { MemorySettings } from '../stability-settings.js';
import type { StabilityCause, StabilityTarget } from '../stability-target.js';

/** Memory of a driver as it is shown; nulls where nothing is known. */
export interface MemoryStatus {
  readonly bytes: number | null;
  readonly baselineBytes: number | null;
  readonly softBytes: number | null;
  readonly hardBytes: number | null;
  readonly state: MemoryState | null;
}

export interface MemoryWatchDependencies {
  readonly driverId: string;
  readonly baselineOf: Omit<BaselineKey, 'measure'>;
  readonly baselineStore: BaselineStore;
  readonly settings: MemorySettings;
  readonly target: StabilityTarget;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One reading of whatever the driver's memory is measured by. */
interface Reading {
  readonly bytes: number;
  readonly measure: MemoryMeasure;
}

/** The session whose memory is followed; another process or connection begins another one. */
interface Followed {
  readonly session: string;
  readonly track: MemoryTrack;
}

/** Feeds samples to the memory rules and does what they say. */
export class MemoryWatch {
  #options: MemoryWatchDependencies;
  #followed: Followed | undefined;
  #bytes: number | null = null;
  #recycle = newMemoryRecycle;
  /** The Host is being replaced: its memory is of no more interest. */
  #recycling = false;
  #footprintFailed = false;

  constructor(options: MemoryWatchDependencies) {
    this.#options = options;
  }

  /** The limits move, the baseline and the distance between recycles stay. */
  configure(settings: MemorySettings, baselineOf: MemoryWatchDependencies['baselineOf']): void {
    this.#options = { ...this.#options, settings, baselineOf };
  }

  get status(): MemoryStatus {
    const bytes = this.#bytes;
    if (!this.#followed) return { bytes, baselineBytes: null, softBytes: null, hardBytes: null, state: null };
    const { track } = this.#followed;
    const baselineBytes = baselineOf(track.baseline);
    return { bytes, baselineBytes, ...memoryLimits(baselineBytes, this.#options.settings), state: memoryState(track) };
  }

  /** `usage`: of the Host, if there is one. */
  sample(usage: ProcessUsage | undefined): void {
    const { target, clock } = this.#options;
    const reading = this.#readingOf(usage);
    this.#bytes = reading?.bytes ?? null;
    if (target.readySinceMs === null) this.#followed = undefined;
    if (target.readySinceMs === null || !reading) return;
    const track = this.#trackOf(reading, target.readySinceMs);
    const atMs = clock.monotonicMs();
    const sample = { bytes: reading.bytes, readyForMs: atMs - target.readySinceMs };
    const step = memoryStep(track, sample, this.#options.settings);
    this.#followed = { session: this.#sessionOf(reading, target.readySinceMs), track: step.track };
    for (const event of step.events) this.#react(event, reading);
    if (target.isolation === 'host' && !this.#recycling) this.#judge(step.track, atMs);
  }

  #readingOf(usage: ProcessUsage | undefined): Reading | undefined {
    if (this.#options.target.isolation === 'host') return usage && { bytes: usage.memoryBytes, measure: usage.measure };
    const bytes = this.#footprint();
    return bytes === null ? undefined : { bytes, measure: 'footprint' };
  }

  /** A driver's own code: whatever it throws or says must not stop the watch. */
  #footprint(): number | null {
    try {
      const bytes = this.#options.target.memoryFootprint();
      return bytes !== null && Number.isFinite(bytes) && bytes >= 0 ? bytes : null;
    } catch (error) {
      if (!this.#footprintFailed) this.#options.logger.warn(`memoryFootprint failed: ${messageOf(error)}`);
      this.#footprintFailed = true;
      return null;
    }
  }

  #sessionOf({ measure }: Reading, readySinceMs: number): string {
    return `${measure} ${this.#options.target.spawn} ${readySinceMs}`;
  }

  #trackOf(reading: Reading, readySinceMs: number): MemoryTrack {
    if (this.#followed?.session === this.#sessionOf(reading, readySinceMs)) return this.#followed.track;
    this.#recycle = afterRespawn(this.#recycle);
    this.#recycling = false;
    const { driverId, baselineStore } = this.#options;
    return newMemoryTrack(baselineStore.get(driverId, this.#key(reading)));
  }

  #key({ measure }: Reading): BaselineKey {
    return { ...this.#options.baselineOf, measure };
  }

  #react(event: MemoryEvent, reading: Reading): void {
    const { driverId, baselineStore, logger, target } = this.#options;
    const { baselineBytes, softBytes, hardBytes } = this.status;
    const limits = { baselineBytes, softBytes, hardBytes };
    if (event.type === 'baseline') {
      baselineStore.set(driverId, this.#key(reading), event.bytes);
      logger.info('the memory baseline is known', limits);
      return;
    }
    const data = { from: event.from, to: event.to, bytes: event.bytes, ...limits };
    logger[event.to === 'Normal' ? 'info' : 'warn'](`memory is ${event.to}`, data);
    target.event(`memory is ${event.to}`, data);
    for (const reaction of memoryReactions(event, target.isolation)) {
      if (reaction === 'flush-caches') this.#flushCaches();
      else target.recommendPromotion(`memory is above its hard limit: ${event.bytes} of ${hardBytes} bytes`);
    }
  }

  /** A driver's own code, too. */
  #flushCaches(): void {
    try {
      this.#options.target.flushCaches();
    } catch (error) {
      this.#options.logger.warn(`dropping caches failed: ${messageOf(error)}`);
    }
  }

  #judge(track: MemoryTrack, atMs: number): void {
    const step = memoryRecycleStep(this.#recycle, { level: track.level, atMs }, this.#options.settings);
    this.#recycle = step.state;
    for (const effect of step.effects) this.#carryOut(effect, atMs);
  }

  #carryOut(effect: MemoryRecycleEffect, atMs: number): void {
    const { target, logger } = this.#options;
    const data = { bytes: this.#bytes, ...('cause' in effect && { cause: effect.cause }) };
    switch (effect.type) {
      case 'request-gc':
        return target.requestGc();
      case 'hold-back': {
        const inMs = Math.round(effect.untilMs - atMs);
        return target.event('memory asks for a recycle, too soon after the last one', { ...data, inMs });
      }
      case 'recycle':
        if (effect.alarm) {
          target.alarm(`recycled for its memory ${effect.recycles} times in a row`, {
            ...data,
            recycles: effect.recycles,
          });
        }
        logger.warn('recycling the Host for its memory', { ...data, recycles: effect.recycles });
        void this.#replace(effect.cause);
    }
  }

  /** Never rejects. */
  async #replace(cause: StabilityCause): Promise<void> {
    this.#recycling = true;
    try {
      await this.#options.target.recycle(cause);
    } catch (error) {
      this.#options.target.event(`the recycle for memory failed: ${messageOf(error)}`, { cause });
    }
    this.#recycling = false;
  }
}
