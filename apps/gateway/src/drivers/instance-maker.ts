import type { DriverState } from '@fieldwarden/gateway-contract';
import type { PlantDriver } from '@fieldwarden/config';
import type { Clock, Logger } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import { driverHostMain } from '@fieldwarden/driver-host';
import { DriverInstance, driverSettings, type InstanceDependencies } from '@fieldwarden/instances';
import type { EventLog, Metrics } from '@fieldwarden/observe';
import { BaselineStore, ProcessSampler, ProcessUsageReader, RecycleQueue } from '@fieldwarden/stability';
import { Supervisor, type PostMortemStore } from '@fieldwarden/supervisor';
import { StalenessMonitor, type TagStore } from '@fieldwarden/tags';
import { instanceObserver } from './instance-observer.js';
import type { DeviceMemory } from '../status/devices/device-memory.js';

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
  readonly deviceMemory: Pick<DeviceMemory, 'recall'>;
}

/** Makes driver instances, with what they share: Supervisor, staleness sweep, memory samples, turns to recycle. */
export class InstanceMaker {
  readonly #parts: RunningDriversParts;
  readonly #supervisor: Supervisor;
  readonly #staleness: StalenessMonitor;
  readonly #baselines: BaselineStore;
  readonly #stability: InstanceDependencies['stability'];

  constructor(parts: RunningDriversParts) {
    const { store, clock, random, logger, stateDir, events } = parts;
    this.#parts = parts;
    this.#supervisor = new Supervisor({ hostMain: driverHostMain, clock, logger, random, stateDir });
    this.#supervisor.onAlarm(
      ({ type, message, active }) =>
        void events.append({ type: 'alarm', message, data: { conditionId: type, active } }),
    );
    this.#staleness = new StalenessMonitor(store, clock);
    this.#baselines = new BaselineStore(stateDir, logger);
    const reader = new ProcessUsageReader(clock);
    this.#stability = {
      baselineStore: this.#baselines,
      sampler: new ProcessSampler({ clock, logger, read: reader.read }),
      recycleQueue: new RecycleQueue(clock, logger),
    };
  }

  get postMortems(): PostMortemStore {
    return this.#supervisor.postMortems;
  }

  /** Defines the driver's tags. `stateChanged` is called once per state that it gets into. */
  make(driver: PlantDriver, generation: number | null, stateChanged: (state: DriverState) => void): DriverInstance {
    const { registry, store, clock, random, logger, metrics, events, touched, deviceMemory } = this.#parts;
    const definition = registry.get(driver.type);
    if (!definition) throw new TypeError(`driver type ${driver.type} passed validation but is not registered`);
    const observer = { ...instanceObserver(driver.id, metrics, events, touched), stateChanged };
    const settings = driverSettings(driver); // without the tags, which a callback would keep a second time
    const made: { instance?: DriverInstance } = {};
    made.instance = new DriverInstance(driver, definition, {
      store,
      supervisor: this.#supervisor,
      clock,
      random,
      logger,
      observer,
      stability: this.#stability,
      generation,
      restored: (device) => deviceMemory.recall(made.instance?.driver ?? settings, device),
    });
    return made.instance;
  }

  /** What was learnt of a driver that is no more. */
  forget(driverId: string): void {
    this.#baselines.forget(driverId);
  }

  /** After all instances have ended. */
  async close(): Promise<void> {
    this.#staleness[Symbol.dispose]();
    await this.#supervisor.close();
    await this.#baselines.flushed();
  }
}
