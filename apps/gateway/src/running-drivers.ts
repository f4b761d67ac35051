import type { Plant } from '@fieldwarden/config';
import type { Clock, Logger } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import { driverHostMain } from '@fieldwarden/driver-host';
import { DriverInstance } from '@fieldwarden/instances';
import type { EventLog, Metrics } from '@fieldwarden/observe';
import { BaselineStore, ProcessSampler, ProcessUsageReader, RecycleQueue } from '@fieldwarden/stability';
import { Supervisor, type PostMortemStore } from '@fieldwarden/supervisor';
import { StalenessMonitor, type TagStore } from '@fieldwarden/tags';
import { instanceObserver } from './instance-observer.js';
import type { DeviceMemory } from './status/device-memory.js';

export interface RunningDriversParts {
  readonly registry: DriverRegistry;
  /** Where Hosts, baselines and post-mortems are remembered. */
  readonly stateDir: string;
  readonly store: TagStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly events: EventLog;
  /** Something that people see may have changed in this driver. */
  readonly touched: (driverId: string) => void;
  readonly deviceMemory: DeviceMemory;
}

/** The driver instances of the plant, with what they share: Supervisor, staleness sweep, memory samples, turns to recycle. */
export class RunningDrivers {
  readonly byId: ReadonlyMap<string, DriverInstance>;
  readonly #supervisor: Supervisor;
  readonly #staleness: StalenessMonitor;
  readonly #baselines: BaselineStore;

  /** Defines all tags; nothing runs before `start`. */
  constructor(plant: Plant, parts: RunningDriversParts) {
    const { store, clock, random, logger, stateDir } = parts;
    this.#supervisor = new Supervisor({ hostMain: driverHostMain, clock, logger, random, stateDir });
    this.#supervisor.onAlarm(
      ({ message, active }) => void parts.events.append({ type: 'alarm', message, data: { active } }),
    );
    this.#staleness = new StalenessMonitor(store, clock);
    const reader = new ProcessUsageReader(clock);
    this.#baselines = new BaselineStore(stateDir, logger);
    const stability = {
      baselineStore: this.#baselines,
      sampler: new ProcessSampler({ clock, logger, read: reader.read }),
      recycleQueue: new RecycleQueue(clock, logger),
    };
    const make = (driver: Plant['drivers'][number]): DriverInstance => {
      const definition = parts.registry.get(driver.type);
      if (!definition) throw new TypeError(`driver type ${driver.type} passed validation but is not registered`);
      const observer = instanceObserver(driver.id, parts.metrics, parts.events, parts.touched);
      return new DriverInstance(driver, definition, {
        store,
        supervisor: this.#supervisor,
        clock,
        random,
        logger,
        observer,
        stability,
        restored: (device) => parts.deviceMemory.recall(driver, device),
      });
    };
    this.byId = new Map(plant.drivers.map((driver) => [driver.id, make(driver)]));
  }

  get postMortems(): PostMortemStore {
    return this.#supervisor.postMortems;
  }

  /** Every enabled driver starts on its own: nobody waits for an absent device. */
  start(): void {
    for (const instance of this.byId.values()) if (instance.driver.enabled) void instance.start();
  }

  /** Resolves when no session and no Host is left. */
  async stop(): Promise<void> {
    await Promise.all([...this.byId.values()].map(async (instance) => await instance.dispose()));
    this.#staleness[Symbol.dispose]();
    await this.#supervisor.close();
    await this.#baselines.flushed();
  }
}
