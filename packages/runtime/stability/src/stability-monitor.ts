import type { Clock, Logger } from '@fieldwarden/core';
import type { BaselineStore } from './baseline-store.js';
import { MemoryWatch, type MemoryStatus } from './memory-watch.js';
import type { ProcessSampler } from './process-sampler.js';
import type { ProcessUsage } from './process-usage.js';
import type { RecycleQueue } from './recycle-queue.js';
import { RecycleTimer } from './recycle-timer.js';
import type { StabilitySettings } from './stability-settings.js';
import type { StabilityTarget } from './stability-target.js';
import { WedgeWatch } from './wedge-watch.js';

export interface StabilityMonitorOptions {
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
  readonly #memory: MemoryWatch;
  readonly #parts: readonly Disposable[];
  #cpuPercent: number | null = null;

  constructor(options: StabilityMonitorOptions) {
    const { driverVersion, configHash, settings, target, sampler, recycleQueue: queue } = options;
    this.#memory = new MemoryWatch({
      ...options,
      settings: settings.memory,
      baselineOf: { driverVersion, configHash },
    });
    const sampling = sampler.watch({
      sampleMs: settings.memory.sampleMs,
      pid: () => target.pid,
      onSample: (usage) => this.#onSample(usage),
    });
    const wedge = new WedgeWatch({ ...options, settings: settings.wedge });
    const recycle = settings.recycle ? [new RecycleTimer({ ...options, settings: settings.recycle, queue })] : [];
    this.#parts = [sampling, wedge, ...recycle];
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
    for (const part of this.#parts) part[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #onSample(usage: ProcessUsage | undefined): void {
    this.#cpuPercent = usage?.cpuPercent ?? null;
    this.#memory.sample(usage);
  }
}
