import type { DriverState } from '@fieldwarden/gateway-contract';
import { planApply, type ApplyPlan, type ChangedDriver, type Plant, type PlantDriver } from '@fieldwarden/config';
import { GatewayError } from '@fieldwarden/core';
import type { DriverInstance } from '@fieldwarden/instances';
import type { PostMortemStore } from '@fieldwarden/supervisor';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { reasonsOf, refusedOutcome, resultOf, type ApplyOutcome, type DriverResult } from './apply-outcome.js';
import { InstanceMaker, type RunningDriversDependencies } from './instance-maker.js';
import { refuseTakenPaths, withoutTakenPaths } from './path-conflicts.js';
import { RollBackWatch, type Trial } from './roll-back-watch.js';
import {
  appliedConfiguration,
  firstConfiguration,
  rolledBackConfiguration,
  type RunningConfiguration,
} from './running-configuration.js';

export type { RunningDriversDependencies } from './instance-maker.js';

/** What becomes of each driver that a plan touches, by id. */
type Work = Map<string, Promise<void>>;

/** The driver instances of the running configuration, and how they follow another one (SPEC §7.5). */
export class RunningDrivers {
  /** Live: drivers come and go in it. In the order of the configuration. */
  readonly byId: ReadonlyMap<string, DriverInstance>;
  readonly #instances = new Map<string, DriverInstance>();
  readonly #deps: RunningDriversDependencies;
  readonly #maker: InstanceMaker;
  readonly #watch: RollBackWatch;
  /** Removed drivers on their way out: a new one of the same id waits for its end. */
  readonly #touchListeners = new Set<(driverId: string) => void>();
  readonly #leaving = new Map<string, Promise<void>>();
  #configuration: RunningConfiguration;

  /** Defines all tags; nothing runs before `start`. `generation`: null for a plant that was never published. */
  constructor(plant: Plant, deps: RunningDriversDependencies, generation: number | null = null) {
    this.#deps = deps;
    this.#configuration = firstConfiguration(plant, generation);
    this.byId = this.#instances;
    this.#maker = new InstanceMaker(deps, (driverId) => this.#touched(driverId));
    this.#watch = new RollBackWatch({
      clock: deps.clock,
      neverStarted: (driverId) => this.#instances.get(driverId)?.startsInVain ?? false,
      reasonOf: (driverId) => this.#instances.get(driverId)?.lastError?.error.message ?? 'it did not start',
      // Not from within the driver's own news of its end.
      rollBack: (trial, reason) => queueMicrotask(() => this.#rollBack(trial, reason)),
    });
    for (const driver of plant.drivers) this.#add(driver, generation);
  }

  /** Called when something that people see may have changed in a driver. */
  onTouched(listener: (driverId: string) => void): Disposable {
    this.#touchListeners.add(listener);
    return { [Symbol.dispose]: () => void this.#touchListeners.delete(listener) };
  }

  get postMortems(): PostMortemStore {
    return this.#maker.postMortems;
  }

  /** What runs, as one value that never changes. */
  get configuration(): RunningConfiguration {
    return this.#configuration;
  }

  /** The plant that runs, with drivers as they do run: one that was rolled back is as it was before. */
  get plant(): Plant {
    const { site, logging, tls, services } = this.#configuration;
    return { site, logging, tls, services, drivers: [...this.#instances.values()].map(({ configured }) => configured) };
  }

  /** The same, one driver in a turn: a driver that is rolled back meanwhile is planned for by what it runs then, see `apply`. */
  async plantInTurns(): Promise<Plant> {
    const { site, logging, tls, services } = this.#configuration;
    const drivers: PlantDriver[] = [];
    for (const id of [...this.#instances.keys()]) {
      const instance = this.#instances.get(id);
      if (instance) drivers.push(instance.configured);
      await nextTurn();
    }
    return { site, logging, tls, services, drivers };
  }

  /** Every enabled driver starts on its own: nobody waits for an absent device. */
  start(): void {
    for (const instance of this.#instances.values()) if (instance.driver.enabled) void instance.start();
  }

  /**
   * Carries a plan out: when this returns, every tag is as `next` says, in one tick; the promise tells how it went with what takes
   * longer, driver by driver, none waiting for another. What the plan does not touch only learns the new number. Of a plan that
   * was not made from what runs, nothing is done, and every step failed. Never rejects.
   */
  apply(plan: ApplyPlan, next: Plant, generation: number): Promise<ApplyOutcome> {
    const { clock, store } = this.#deps;
    const startMs = clock.monotonicMs();
    const drivers = this.#completed(plan, next);
    try {
      for (const { kind, driverId } of drivers) if (kind !== 'add') this.#instance(driverId);
      refuseTakenPaths(drivers, store);
    } catch (error) {
      return Promise.resolve(refusedOutcome(plan, generation, error));
    }
    this.#endRollBacks(generation);
    this.#configuration = appliedConfiguration(this.#configuration, next, generation);
    this.#announce(plan, drivers, generation);
    const work = this.#carryOut(drivers, generation);
    this.#sort(next);
    const blockedMs = clock.monotonicMs() - startMs;
    return this.#outcome(plan, work, { generation, startMs, blockedMs });
  }

  /** Resolves when no session and no Host is left. */
  async stop(): Promise<void> {
    this.#watch[Symbol.dispose]();
    await Promise.all([...this.#instances.values()].map(async (instance) => await instance.dispose()));
    await Promise.all(this.#leaving.values());
    await this.#maker.close();
  }

  /** Drivers that do not run what was published before are planned for by what they do run. */
  #completed({ drivers }: ApplyPlan, next: Plant): ApplyPlan['drivers'] {
    const astray = new Set(this.#configuration.rolledBack.map(({ driverId }) => driverId));
    if (astray.size === 0) return drivers;
    const strays = (plant: Plant): Plant => ({ ...plant, drivers: plant.drivers.filter(({ id }) => astray.has(id)) });
    const own = planApply(strays(this.plant), strays(next), this.#deps.catalogue).drivers;
    const all = [...drivers.filter(({ driverId }) => !astray.has(driverId)), ...own];
    return (['remove', 'change', 'add'] as const).flatMap((kind) => all.filter((change) => change.kind === kind));
  }

  /** In one tick: all that goes first, so that paths and ids are free for those who take them over. */
  #carryOut(drivers: ApplyPlan['drivers'], generation: number): Work {
    const work: Work = new Map();
    const changes = drivers.filter((change) => change.kind === 'change');
    const trials = changes.map((change) => this.#trialOf(change, generation));
    for (const change of changes) this.#instance(change.driverId).withdraw(change);
    for (const change of drivers)
      if (change.kind === 'remove') work.set(change.driverId, this.#remove(change.driverId));
    for (const instance of this.#instances.values()) instance.runsOn(generation);
    for (const trial of trials) if (trial) this.#watch.begin(trial);
    for (const change of changes) work.set(change.driverId, this.#instance(change.driverId).adopt(change, generation));
    for (const change of drivers) {
      if (change.kind === 'add') work.set(change.driverId, this.#addAndStart(change.driver, generation));
    }
    for (const { driverId } of drivers) this.#touched(driverId);
    return work;
  }

  #trialOf({ driverId }: ChangedDriver, generation: number): Trial | undefined {
    const instance = this.#instance(driverId);
    if (instance.state === 'Faulted' || !instance.isWanted) return undefined; // it has nothing better to go back to
    return { driverId, generation, before: instance.configured, beforeGeneration: instance.generation };
  }

  #add(driver: PlantDriver, generation: number | null): DriverInstance {
    const instance = this.#maker.make(driver, generation, this.#watched(driver.id));
    this.#instances.set(driver.id, instance);
    return instance;
  }

  /** Made apart from the driver, whose tags a callback would keep a second time. */
  #watched(driverId: string): (state: DriverState) => void {
    return (state) => this.#watch.stateChanged(driverId, state);
  }

  /** Two sessions of one driver never exist: a new one waits for the end of that which had its id. */
  async #addAndStart(driver: PlantDriver, generation: number): Promise<void> {
    const instance = this.#add(driver, generation);
    if (!driver.enabled) return;
    await this.#leaving.get(driver.id);
    await instance.start();
  }

  async #remove(driverId: string): Promise<void> {
    const instance = this.#instance(driverId);
    this.#watch.end(driverId);
    instance.withdrawAll();
    this.#instances.delete(driverId);
    const gone = instance.dispose('configuration').then(() => void this.#leaving.delete(driverId));
    this.#leaving.set(driverId, gone);
    this.#maker.forget(driverId);
    await gone;
    this.#touched(driverId);
  }

  /** Entries into the map keep the order of the configuration. */
  #sort({ drivers }: Plant): void {
    for (const { id } of drivers) {
      const instance = this.#instances.get(id);
      if (!instance) continue;
      this.#instances.delete(id);
      this.#instances.set(id, instance);
    }
  }

  /** One event for each driver that is touched: what is done to it, and why. */
  #announce({ steps }: ApplyPlan, drivers: ApplyPlan['drivers'], generation: number): void {
    for (const driverId of new Set(drivers.map((change) => change.driverId))) {
      const own = steps.filter((step) => step.driverId === driverId);
      const message = `driver ${driverId} follows generation ${generation}${reasonsOf(own)}`;
      const actions = [...new Set(own.map(({ action }) => action))];
      const data = { cause: 'configuration', generation, actions };
      this.#deps.events.append({ type: 'driver', driverId, message, data });
    }
  }

  async #outcome(
    { steps }: ApplyPlan,
    work: Work,
    { generation, startMs, blockedMs }: { generation: number; startMs: number; blockedMs: number },
  ): Promise<ApplyOutcome> {
    const { clock } = this.#deps;
    const entries = [...work].map(async ([driverId, done]) => [driverId, await resultOf(done, clock)] as const);
    const results = new Map<string | null, DriverResult>(await Promise.all(entries));
    const applied = steps.flatMap((step) => {
      const result = results.get(step.driverId);
      return result ? [{ step, ...result }] : [];
    });
    return { generation, steps: applied, blockedMs, durationMs: clock.monotonicMs() - startMs };
  }

  /** This driver only, and with a new session. Tags whose paths belong to others by now stay theirs. */
  #rollBack({ driverId, generation, before, beforeGeneration }: Trial, reason: string): void {
    const instance = this.#instances.get(driverId);
    if (!instance || (instance.state !== 'Faulted' && !instance.startsInVain)) return;
    const change = this.#wayBack(instance, before);
    instance.withdraw(change);
    const done = instance.adopt(change, beforeGeneration);
    const atMs = this.#deps.clock.wallMs();
    const entry = { driverId, generation, runsOn: beforeGeneration, reason, atMs };
    this.#configuration = rolledBackConfiguration(this.#configuration, entry);
    this.#tell(entry);
    done.catch((error: unknown) =>
      this.#deps.logger.warn('the driver does not run after its roll-back', { driverId, error }),
    );
  }

  #wayBack(instance: DriverInstance, before: PlantDriver): ChangedDriver {
    const { store, catalogue } = this.#deps;
    const drivers = [withoutTakenPaths(before, store)];
    const now = { ...this.plant, drivers: [instance.configured] };
    const change = planApply(now, { ...now, drivers }, catalogue).drivers.find(({ kind }) => kind === 'change');
    const none = { run: null, move: null, settings: [], devices: [] } as const;
    return {
      ...none,
      ...(change as ChangedDriver | undefined),
      kind: 'change',
      driverId: instance.id,
      next: drivers[0],
      restart: true,
    };
  }

  #tell({ driverId, generation, runsOn, reason }: RunningConfiguration['rolledBack'][number]): void {
    const { logger, alarms } = this.#deps;
    const message = `driver ${driverId} does not run on generation ${generation} and is back on ${runsOn === null ? 'what it ran before' : `generation ${runsOn}`}: ${reason}`;
    logger.error(message, { driverId, generation });
    const data = { generation, runsOn, reason };
    alarms.raise({ conditionId: 'rolled-back', subject: { driverId }, message, data });
    this.#touched(driverId);
  }

  /** Whoever was rolled back follows the next configuration as all others do. */
  #endRollBacks(generation: number): void {
    for (const { driverId } of this.#configuration.rolledBack) {
      const message = `driver ${driverId} is to run generation ${generation}`;
      this.#deps.alarms.clear('rolled-back', { driverId }, message);
    }
  }

  #touched(driverId: string): void {
    for (const listener of this.#touchListeners) listener(driverId);
  }

  #instance(driverId: string): DriverInstance {
    const instance = this.#instances.get(driverId);
    if (instance) return instance;
    throw new GatewayError({ code: 'DRIVER_UNKNOWN', kind: 'bug', message: `no driver ${driverId} runs` });
  }
}
