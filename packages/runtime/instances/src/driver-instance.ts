import type { DeviceAlarms } from '@fieldwarden/alarms';
import type { DriverState } from '@fieldwarden/gateway-contract';
import { driverFolders, openBelongings as openOnDisk } from '@fieldwarden/belongings';
import type { ChangedDriver, PlantDriver } from '@fieldwarden/config';
import { statusCodes } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import { SessionInvoker, type DeviceInvoker, type SessionSlot } from '@fieldwarden/invoker';
import { StabilityMonitor } from '@fieldwarden/stability';
import type { StopCause } from '@fieldwarden/supervisor';
import { ActionQueue } from './action-queue.js';
import type { DeviceRuntime, ScanPlanDescription } from './devices/device-runtime.js';
import { DeviceSet } from './devices/device-set.js';
import { driverSettings, type DriverSettings } from './driver-settings.js';
import type { InstanceDependencies } from './instance-dependencies.js';
import { InstanceCourse } from './state/instance-course.js';
import { needsHost, wedged } from './instance-errors.js';
import { InstanceTarget } from './instance-target.js';
import { monitoredConfiguration } from './monitored-configuration.js';
import { pipelineSettings } from './devices/pipeline-settings.js';
import { Residence } from './home/residence.js';
import { SessionChange } from './home/session-change.js';
import type { HomeFacts, Isolation, RecycleCause } from './home/session-home.js';
import { settled } from './settled.js';

/**
 * One configured driver, from its first start to its removal: where it lives, its devices, its state. Actions are carried out
 * one after the other, so contradictory requests end in the last one's state.
 */
export class DriverInstance {
  readonly definition: DriverDefinition;
  /** The road to what the session does as a whole. */
  readonly services: SessionInvoker;
  /** Memory, wedges and planned recycles, over all homes. */
  readonly stability: StabilityMonitor;
  readonly #deps: InstanceDependencies;
  readonly #devices: DeviceSet;
  readonly #home: Residence;
  readonly #target: InstanceTarget;
  readonly #course: InstanceCourse;
  readonly #actions: ActionQueue;
  readonly #change: SessionChange;
  #driver: DriverSettings;
  #generation: number | null;
  #operatorRestarts = 0;
  #wanted = false;

  /** Defines the driver's tags; nothing runs before `start`. */
  constructor(driver: PlantDriver, definition: DriverDefinition, deps: InstanceDependencies) {
    const { store, supervisor, home, openBelongings = openOnDisk, clock, random, observer, alarms } = deps;
    const driverId = driver.id;
    const logger = deps.logger.child({ driverId, driverType: definition.type });
    this.definition = definition;
    this.#deps = deps;
    this.#driver = driverSettings(driver);
    this.#generation = deps.generation;
    this.#course = new InstanceCourse({ driverId, clock, logger, observer });
    this.#actions = new ActionQueue(logger);
    const session: SessionSlot = { current: undefined };
    const generation = (): number | null => this.#generation;
    this.#home = new Residence(definition, this.#driver, this.#course, {
      supervisor,
      folders: driverFolders(home, driverId),
      openBelongings,
      clock,
      random,
      logger,
      session,
      generation,
    });
    this.services = new SessionInvoker({ driverId, session, clock, logger });
    this.#devices = new DeviceSet(driver.devices, pipelineSettings(driver.resilience), {
      driverId,
      store,
      clock,
      random,
      logger,
      observer,
      alarms,
      session,
      onChanged: (deviceId) => this.#course.deviceChanged(deviceId),
      restored: (device) => deps.restored(this.#driver, device),
    });
    this.#devices.fail(statusCodes.BadOutOfService);
    this.#change = new SessionChange({ home: this.#home, devices: this.#devices, services: this.services, logger });
    this.#target = new InstanceTarget(this, clock, alarms);
    this.#course.concerns({ home: this.#home, devices: this.#devices, target: this.#target });
    this.stability = new StabilityMonitor({
      driverId,
      driverVersion: definition.version,
      ...monitoredConfiguration(this.#driver, this.devices),
      target: this.#target,
      clock,
      random,
      logger,
      ...deps.stability,
    });
  }

  get id(): string {
    return this.#driver.id;
  }

  /** As configured now; its tags are asked of its devices. */
  get driver(): DriverSettings {
    return this.#driver;
  }

  /** Number of the configuration that it runs on. */
  get generation(): number | null {
    return this.#generation;
  }

  get devices(): readonly DeviceRuntime[] {
    return this.#devices.list;
  }

  /** All of the driver as it is configured now, read from what runs. */
  get configured(): PlantDriver {
    return { ...this.#driver, devices: this.devices.map(({ configured }) => configured) };
  }

  get state(): DriverState {
    return this.#course.state;
  }

  /** ms since 1970 UTC. */
  get stateSinceMs(): number {
    return this.#course.stateSinceMs;
  }

  /** Somebody wants it to run, whether it does or not. */
  get isWanted(): boolean {
    return this.#wanted;
  }

  /** It has not been ready since its configuration last changed, and its starts fail. */
  get startsInVain(): boolean {
    return this.#course.startsInVain;
  }

  get facts(): HomeFacts {
    return this.#home.facts;
  }

  get isolation(): Isolation {
    return this.#home.isolation;
  }

  get operatorRestarts(): number {
    return this.#operatorRestarts;
  }

  /** The newest thing that went wrong with the driver or any of its devices. */
  get lastError(): InstanceCourse['lastError'] {
    return this.#course.lastError;
  }

  /** What its devices report as of interest. */
  get alarms(): DeviceAlarms {
    return this.#devices.alarms;
  }

  /** The road to a device; undefined when the driver does not run or has no such device. */
  invokerOf(deviceId: string): DeviceInvoker | undefined {
    return this.#home.phase.type === 'stopped' ? undefined : this.#devices.get(deviceId)?.invoker;
  }

  async describePlans(): Promise<readonly { device: string; scans: readonly ScanPlanDescription[] }[]> {
    const plans = this.devices.map(async (device) => ({ device: device.id, scans: await device.describePlans() }));
    return await Promise.all(plans);
  }

  /** Resolves when the session is ready or it is clear why not; see `state`. */
  start(): Promise<void> {
    this.#wanted = true;
    return this.#actions.run(async () => await this.#home.start());
  }

  /** Resolves when nothing of the driver runs any more; its tags are then BadOutOfService. */
  stop(cause?: StopCause): Promise<void> {
    this.#wanted = false;
    this.#interruptStart();
    return this.#actions.run(async () => await this.#stopHome(cause));
  }

  restart(): Promise<void> {
    this.#wanted = true;
    this.#interruptStart();
    return this.#actions.run(async () => {
      this.#operatorRestarts += 1;
      await this.#stopHome();
      await this.#home.start();
    });
  }

  /** Closes an open crash-loop breaker, and tries again what had failed for good. */
  reset(): Promise<void> {
    return this.#actions.run(async () => await this.#home.reset());
  }

  /** Planned restart of the Host. Rejects with NOT_ISOLATED in-process. */
  recycle(cause: RecycleCause = 'operator'): Promise<void> {
    return this.#actions.run(async () => await this.#home.recycle(cause));
  }

  /** Drops and remakes the connections of the session (SPEC §6.4). False if the driver cannot, or did not within 10 s. */
  reinitialize(): Promise<boolean> {
    return this.services.reinitialize();
  }

  /** Resolves when the devices have said how they are since the last action, or it is clear that its starts fail; at the latest after 8 s. */
  async settled(): Promise<void> {
    await settled({ phase: () => this.#home.phase, state: () => this.state }, this.#deps.clock);
  }

  requestGc(): void {
    this.#home.requestGc();
  }

  /** Out of service until an operator acts: in-process Faulted, a Host with its crash-loop breaker open. */
  giveUp(reason: string): void {
    this.#home.giveUp(wedged(reason));
  }

  tell(type: 'driver' | 'host', message: string, data?: Readonly<Record<string, unknown>>): void {
    this.#deps.observer.event(type, message, { data });
  }

  /** Into a Host of its own, while it runs. */
  promote(): Promise<void> {
    return this.#move('host');
  }

  /** Back into the gateway's process, while it runs. Rejects with TIER_NEEDS_HOST for a type that must not live there. */
  async demote(): Promise<void> {
    if (this.definition.tier === 'C') throw needsHost(this.id, this.definition.type);
    await this.#move('in-process');
  }

  /**
   * First half of a change of configuration (SPEC §7.5), in the same tick as `adopt`: devices and tags that go are gone, and so is a
   * session that was made for other options. What writes, browses or plans by now ends with that session, or is refused.
   */
  withdraw({ restart, devices }: ChangedDriver): void {
    if (restart) {
      this.#target.gone();
      this.#home.outdate();
      this.#devices.halt();
      this.#devices.fail(statusCodes.BadOutOfService);
    }
    this.#devices.withdraw(devices);
  }

  /**
   * Second half. Tags and settings have changed when it returns; resolves when the session has followed, and rejects when it does
   * not run although it shall.
   */
  adopt(change: ChangedDriver, generation: number | null): Promise<void> {
    const { next, restart, settings, devices } = change;
    this.#driver = driverSettings(next);
    this.#generation = generation;
    this.#course.begins();
    this.#home.configure(this.#driver);
    if (settings.includes('resilience')) this.#devices.configure(pipelineSettings(next.resilience));
    if (restart) this.#devices.renewAll();
    this.#devices.settle(devices, this.#course.absent);
    this.stability.configure(monitoredConfiguration(this.#driver, this.devices));
    this.#course.stateMayHaveChanged();
    return this.#follow(change);
  }

  /** The same driver under a new number: nothing of it has changed. */
  runsOn(generation: number | null): void {
    this.#generation = generation;
  }

  /** The driver's tags go at once; `dispose` must follow. */
  withdrawAll(): void {
    this.#target.gone();
    this.#devices.dispose();
  }

  /** Resolves when nothing is left of it. */
  async dispose(cause?: StopCause): Promise<void> {
    if (cause === 'configuration') await this.#devices.drained(this.#driver.supervision.drainMs);
    await this.stop(cause);
    this.stability.dispose();
    this.#devices.dispose();
  }

  async #move(isolation: Isolation): Promise<void> {
    if (this.#home.isolation === isolation) return;
    await this.#actions.run(async () => await this.#home.move(isolation));
    const where = isolation === 'host' ? 'in a Host' : 'in the gateway';
    this.tell('driver', `driver ${this.id} runs ${where} now`, { isolation: this.isolation });
  }

  async #follow(change: ChangedDriver): Promise<void> {
    if (change.run) this.#wanted = change.run === 'start';
    if (!SessionChange.concerns(change)) return await this.#retryRefused();
    if (change.restart || change.run === 'stop') this.#interruptStart();
    await this.#actions.run(async () => {
      if (change.run === 'stop' && !change.restart) await this.#stopHome('configuration');
      await this.#change.carryOut(change, this.#driver, this.#wanted);
      if (change.restart) this.#devices.fail(this.#course.absent ?? statusCodes.BadWaitingForInitialData);
    });
    const { phase } = this.#home;
    if (this.#wanted && 'error' in phase) throw phase.error;
  }

  /** What it was refused for may be mended by any change (SPEC §4.4). Rejects if it still does not run. */
  async #retryRefused(): Promise<void> {
    if (!this.#wanted || !this.#home.isRefused) return;
    await this.#actions.run(async () => await this.#home.reset());
    const { phase } = this.#home;
    if ('error' in phase) throw phase.error;
  }

  /** Nobody waits for a start that is to be undone. */
  #interruptStart(): void {
    if (this.#home.isStarting) void this.#home.stop();
  }

  async #stopHome(cause?: StopCause): Promise<void> {
    this.#target.gone();
    this.#devices.halt();
    await this.#home.stop(cause);
    this.#devices.fail(statusCodes.BadOutOfService);
    this.#course.stateMayHaveChanged();
  }
}
