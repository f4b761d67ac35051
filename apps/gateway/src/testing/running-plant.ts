import { AlarmBook, AlarmEvents, TableMemory } from '@fieldwarden/alarms';
import { MemoryTable } from '@fieldwarden/alarms/testing';
import { planApply, validatePlant, type ApplyPlan, type Catalogue, type Plant } from '@fieldwarden/config';
import { systemClock } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import { driverHostMain } from '@fieldwarden/driver-host';
import { createMetrics, EventLog } from '@fieldwarden/observe';
import { Supervisor } from '@fieldwarden/supervisor';
import { TagStore, WriteRequests } from '@fieldwarden/tags';
import {
  collectingAudit,
  collectingLogger,
  temporaryDirectory,
  waitFor,
  type CollectingLogger,
} from '@fieldwarden/testkit';
import { builtInDrivers } from '../drivers/built-in-drivers.js';
import type { ApplyOutcome } from '../drivers/apply-outcome.js';
import { builtInServices } from '../services/built-in-services.js';
import { RunningDrivers } from '../drivers/running-drivers.js';

/** The drivers of a plant at work, without the gateway around them. */
export class RunningPlant implements AsyncDisposable {
  readonly drivers: RunningDrivers;
  readonly store: TagStore;
  readonly writes: WriteRequests;
  readonly events: EventLog;
  readonly logger: CollectingLogger;
  readonly catalogue: Catalogue;
  /** What was published last: what the next plan starts from. */
  published: Plant;
  generation = 1;
  readonly #ends: AsyncDisposableStack;

  private constructor(plant: Plant, catalogue: Catalogue, stateDir: string, ends: AsyncDisposableStack) {
    this.published = plant;
    this.catalogue = catalogue;
    this.#ends = ends;
    this.logger = collectingLogger();
    this.events = new EventLog(systemClock);
    this.store = new TagStore(systemClock, this.logger);
    const metrics = createMetrics();
    ends.defer(() => metrics.close());
    const { store, events, logger } = this;
    const process = { clock: systemClock, logger, random: Math.random };
    const memory = new TableMemory(() => Promise.resolve(new MemoryTable().tables));
    const alarms = new AlarmBook({ clock: systemClock, logger, memory });
    const alarmEvents = new AlarmEvents({ clock: systemClock, events });
    ends.use(alarmEvents);
    alarms.follow(alarmEvents.tell);
    const supervisor = new Supervisor({ hostMain: driverHostMain, ...process, stateDir });
    ends.defer(async () => await supervisor.close());
    const deps = { catalogue, supervisor, stateDir, store, events, alarms, metrics, ...process };
    const deviceMemory = { recall: () => undefined };
    this.drivers = new RunningDrivers(plant, { ...deps, deviceMemory }, this.generation);
    ends.defer(async () => await this.drivers.stop());
    const invokerOf: ConstructorParameters<typeof WriteRequests>[0]['invokerOf'] = (driverId, deviceId) =>
      this.drivers.byId.get(driverId)?.invokerOf(deviceId);
    this.writes = new WriteRequests({ store, clock: systemClock, logger, audit: collectingAudit(), invokerOf });
  }

  static async start(document: object, drivers: DriverRegistry = builtInDrivers()): Promise<RunningPlant> {
    await using ends = new AsyncDisposableStack();
    const home = ends.use(await temporaryDirectory());
    const catalogue = { drivers, services: builtInServices() };
    const plant = new RunningPlant(plantOf(document, catalogue), catalogue, home.path, ends.move());
    plant.drivers.start();
    return plant;
  }

  /** As the road of a configuration does it: planned from what was published before. */
  apply(document: object): Promise<ApplyOutcome> {
    return this.prepare(document)();
  }

  /** The same in two steps: checked and planned now, as the gateway does aside, carried out when it is called. */
  prepare(document: object): () => Promise<ApplyOutcome> {
    const next = plantOf(document, this.catalogue);
    const plan = planApply(this.published, next, this.catalogue);
    return () => this.carryOut(plan, next);
  }

  carryOut(plan: ApplyPlan, next: Plant): Promise<ApplyOutcome> {
    this.published = next;
    this.generation += 1;
    return this.drivers.apply(plan, next, this.generation);
  }

  driver(id: string): NonNullable<ReturnType<RunningDrivers['byId']['get']>> {
    const driver = this.drivers.byId.get(id);
    if (!driver) throw new Error(`no driver ${id}`);
    return driver;
  }

  handle(path: string): number {
    const handle = this.store.handleOf(path);
    if (handle === undefined) throw new Error(`no tag ${path}`);
    return handle;
  }

  /** Status and value of a tag now. */
  read(path: string): ReturnType<TagStore['read']> {
    return this.store.read(this.handle(path));
  }

  async good(path: string, value?: unknown): Promise<void> {
    const isThere = (): boolean => {
      const read = this.read(path);
      return read.status === 0 && (value === undefined || read.value === value);
    };
    await waitFor(isThere, { what: `a good value of ${path}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
  }
}

export function plantOf(document: object, catalogue: Catalogue): Plant {
  const { plant, findings } = validatePlant(document, catalogue);
  if (!plant) throw new Error(`no plant: ${findings.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
  return plant;
}
