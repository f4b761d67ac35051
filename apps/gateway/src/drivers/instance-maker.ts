import type { AlarmBook } from '@fieldwarden/alarms';
import type { DriverState } from '@fieldwarden/gateway-contract';
import type { Catalogue, PlantDriver } from '@fieldwarden/config';
import type { Clock, Logger } from '@fieldwarden/core';
import { DriverInstance, type InstanceDependencies } from '@fieldwarden/instances';
import type { EventLog, Metrics } from '@fieldwarden/observe';
import { BaselineStore, ProcessSampler, ProcessUsageReader, RecycleQueue } from '@fieldwarden/stability';
import type { PostMortemStore, Supervisor } from '@fieldwarden/supervisor';
import { StalenessMonitor, type TagStore } from '@fieldwarden/tags';
import { instanceObserver } from './instance-observer.js';
import { refusedDriver } from './refused-driver.js';
import type { DeviceMemory } from '../status/devices/device-memory.js';

export interface RunningDriversDependencies {
  readonly catalogue: Catalogue;
  /** Where baselines are remembered. */
  readonly stateDir: string;
  readonly store: TagStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly supervisor: Supervisor;
  readonly metrics: Metrics;
  readonly events: EventLog;
  readonly alarms: AlarmBook;
  readonly deviceMemory: Pick<DeviceMemory, 'recall'>;
}

/** Makes driver instances, with what they share: staleness sweep, memory samples, turns to recycle. */
export class InstanceMaker {
  readonly #deps: RunningDriversDependencies;
  readonly #touched: (driverId: string) => void;
  readonly #staleness: StalenessMonitor;
  readonly #baselines: BaselineStore;
  readonly #stability: InstanceDependencies['stability'];

  /** `touched`: something that people see may have changed in this driver. */
  constructor(deps: RunningDriversDependencies, touched: (driverId: string) => void) {
    const { store, clock, logger, stateDir } = deps;
    this.#deps = deps;
    this.#touched = touched;
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
    return this.#deps.supervisor.postMortems;
  }

  /** Defines the driver's tags. `stateChanged` is called once per state that it gets into. */
  make(driver: PlantDriver, generation: number | null, stateChanged: (state: DriverState) => void): DriverInstance {
    const { catalogue, store, clock, random, logger, stateDir, metrics, events, supervisor, alarms, deviceMemory } =
      this.#deps;
    const { type, refusal } = driver;
    const known = catalogue.drivers.get(type);
    const definition = refusal === undefined ? known : refusedDriver(type, known, refusal);
    if (!definition) throw new TypeError(`driver type ${type} passed validation but is not registered`);
    const home = refusal === undefined ? driver : ({ ...driver, isolation: 'in-process' } as const);
    const observer = { ...instanceObserver(driver.id, metrics, events, this.#touched), stateChanged };
    return new DriverInstance(home, definition, {
      store,
      supervisor,
      home: stateDir,
      clock,
      random,
      logger,
      observer,
      alarms,
      stability: this.#stability,
      generation,
      restored: (settings, device) => deviceMemory.recall(settings, device),
    });
  }

  /** What was learnt of a driver that is no more. */
  forget(driverId: string): void {
    this.#baselines.forget(driverId);
  }

  /** After all instances have ended. */
  async close(): Promise<void> {
    this.#staleness[Symbol.dispose]();
    await this.#baselines.flushed();
  }
}
