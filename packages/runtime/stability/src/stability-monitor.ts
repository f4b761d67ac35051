import { isDeepStrictEqual } from 'node:util';
import type { Clock, Logger } from '@fieldwarden/core';
import type { BaselineStore } from './memory/baseline-store.js';
import { MemoryWatch, type MemoryStatus } from './memory/memory-watch.js';
import type { ProcessSampler } from './memory/process-sampler.js';
import type { ProcessUsage } from './memory/process-usage.js';
import type { RecycleQueue } from './recycle/recycle-queue.js';
import { RecycleTimer } from './recycle/recycle-timer.js';
import type { StabilitySettings } from './stability-settings.js';
import type { StabilityTarget } from './stability-target.js';
import { WedgeWatch } from './wedge/wedge-watch.js';

export interface StabilityMonitorDependencies {
  readonly driverId: string;
  /** A baseline holds for one version and one configuration (`configurationHash` of options and devices). */
  readonly driverVersion: string;
  readonly configHash: string;
  readonly settings: StabilitySettings;
  readonly target: StabilityTarget;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Already bound to driverId and driverType. */
  readonly logger: Logger;
  /** These three are shared by all drivers of the gateway. */
  readonly baselineStore: BaselineStore;
  readonly sampler: ProcessSampler;
  readonly recycleQueue: RecycleQueue;
}

/**
 * Watches one driver instance from its construction to `dispose`, over all its processes and homes: memory, wedges, planned
 * recycles (SPEC §6). Asks the target nothing before the first timer, so it may be made inside the target's constructor.
 */
export class StabilityMonitor implements Disposable {
  readonly #options: StabilityMonitorDependencies;
  readonly #memory: MemoryWatch;
  #settings: StabilitySettings;
  #configHash: string;
  #parts: readonly Disposable[];
  #cpuPercent: number | null = null;

  constructor(options: StabilityMonitorDependencies) {
    const { driverVersion, configHash, settings } = options;
    this.#options = options;
    this.#settings = settings;
    this.#configHash = configHash;
    this.#memory = new MemoryWatch({
      ...options,
      settings: settings.memory,
      baselineOf: { driverVersion, configHash },
    });
    this.#parts = this.#watch(settings);
  }

  /**
   * Takes other settings while the driver runs (SPEC §7.5). What is known of its memory stays known: the running session is still
   * the same; a baseline learnt from now on belongs to `configHash`.
   */
  configure({ settings, configHash }: Pick<StabilityMonitorDependencies, 'settings' | 'configHash'>): void {
    const isSame = isDeepStrictEqual(settings, this.#settings);
    if (!isSame || configHash !== this.#configHash) {
      this.#memory.configure(settings.memory, { driverVersion: this.#options.driverVersion, configHash });
    }
    this.#configHash = configHash;
    if (isSame) return;
    this.#settings = settings;
    this.#end();
    this.#parts = this.#watch(settings);
  }

  get memory(): MemoryStatus {
    return this.#memory.status;
  }

  /** Of one core, since the last sample; null in-process, where it cannot be told apart, and before the second sample. */
  get cpuPercent(): number | null {
    return this.#cpuPercent;
  }

  /** Leaves no timer. */
  dispose(): void {
    this.#end();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #watch(settings: StabilitySettings): readonly Disposable[] {
    const { target, sampler, recycleQueue: queue } = this.#options;
    const sampling = sampler.watch({
      sampleMs: settings.memory.sampleMs,
      pid: () => target.pid,
      onSample: (usage) => this.#onSample(usage),
    });
    const wedge = new WedgeWatch({ ...this.#options, settings: settings.wedge });
    const { recycle } = settings;
    return recycle
      ? [sampling, wedge, new RecycleTimer({ ...this.#options, settings: recycle, queue })]
      : [sampling, wedge];
  }

  #end(): void {
    for (const part of this.#parts) part[Symbol.dispose]();
  }

  #onSample(usage: ProcessUsage | undefined): void {
    this.#cpuPercent = usage?.cpuPercent ?? null;
    this.#memory.sample(usage);
  }
}
