import type { Driver, DriverDetail, DriverState } from '@fieldwarden/admin-contract';
import type { PlantDevice, PlantDriver } from '@fieldwarden/config';
import { delay, GatewayError, statusCodes, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import { DeviceInvoker, SessionInvoker, type DeviceResilienceState } from '@fieldwarden/invoker';
import type { Supervisor } from '@fieldwarden/supervisor';
import { configurationHash, StabilityMonitor, type StabilityMonitorOptions } from '@fieldwarden/stability';
import type { TagStore } from '@fieldwarden/tags';
import { DeviceRuntime, type ScanPlanDescription } from './device-runtime.js';
import { driverSettings, type DriverSettings } from './driver-settings.js';
import { driverState } from './driver-state.js';
import { describeDriver, describeDriverDetail } from './driver-view.js';
import type { InstanceObserver } from './instance-observer.js';
import { InstanceTarget } from './instance-target.js';
import { pipelineSettings } from './pipeline-settings.js';
import { Residence, type ResidenceListener } from './residence.js';
import type { HomeFacts, HomeLoss, Isolation, RecycleCause } from './session-home.js';

export interface InstanceDependencies {
  readonly store: TagStore;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: InstanceObserver;
  /** Shared by all drivers of the gateway. */
  readonly stability: Pick<StabilityMonitorOptions, 'baselineStore' | 'sampler' | 'recycleQueue'>;
  /** What is remembered of a device from before this instance. */
  readonly restored: (device: { readonly id: string; readonly options: unknown }) => DeviceResilienceState | undefined;
}

/** How long an operator waits to hear how the devices are. */
const settleBudgetMs = 3_000;
const unsettled: ReadonlySet<DriverState> = new Set(['Initializing', 'Reconnecting']);

/**
 * One configured driver, from its first start to its removal: where it lives, its devices, its state. Actions are carried out
 * one after the other, so contradictory requests end in the last one's state.
 */
export class DriverInstance implements ResidenceListener {
  readonly driver: DriverSettings;
  readonly definition: DriverDefinition;
  readonly devices: readonly DeviceRuntime[];
  readonly #deps: InstanceDependencies;
  readonly #logger: Logger;
  readonly #home: Residence;
  readonly #target: InstanceTarget;
  /** The road to what the session does as a whole. */
  readonly services: SessionInvoker;
  /** Memory, wedges and planned recycles, over all homes. */
  readonly stability: StabilityMonitor;
  readonly #devicesById: ReadonlyMap<string, DeviceRuntime>;
  #actions: Promise<void> = Promise.resolve();
  #operatorRestarts = 0;
  #lastState: DriverState = 'Unknown';
  #homeError: { error: GatewayError; atMs: number } | undefined;

  /** Defines the driver's tags; nothing runs before `start`. */
  constructor(driver: PlantDriver, definition: DriverDefinition, deps: InstanceDependencies) {
    this.driver = driverSettings(driver);
    this.definition = definition;
    this.#deps = deps;
    this.#logger = deps.logger.child({ driverId: driver.id, driverType: definition.type });
    this.devices = driver.devices.map((device) => this.#deviceRuntime(device));
    this.#devicesById = new Map(this.devices.map((device) => [device.id, device]));
    const { supervisor, clock, random } = deps;
    this.#home = new Residence(definition, this.driver, this, { supervisor, clock, random, logger: this.#logger });
    this.services = new SessionInvoker({
      driverId: driver.id,
      session: () => this.#home.session,
      clock,
      logger: this.#logger,
    });
    for (const device of this.devices) device.fail(statusCodes.BadOutOfService);
    this.#target = new InstanceTarget(this, clock);
    this.stability = this.#monitor(driver);
  }

  get id(): string {
    return this.driver.id;
  }

  get state(): DriverState {
    const withTags = this.devices.filter(({ handles }) => handles.length > 0);
    return driverState(this.#home.phase, withTags.map(({ invoker }) => invoker.status.state)); // prettier-ignore
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
  get lastError(): { readonly error: GatewayError; readonly atMs: number } | undefined {
    const errors = [this.#homeError, ...this.devices.map(({ invoker }) => invoker.status.lastError)];
    return errors.filter((entry) => entry !== undefined).sort((a, b) => b.atMs - a.atMs)[0];
  }

  describe(): Driver {
    return describeDriver(this);
  }

  describeDetail(): DriverDetail {
    return describeDriverDetail(this);
  }

  /** The road to a device; undefined when the driver does not run or has no such device. */
  invokerOf(deviceId: string): DeviceInvoker | undefined {
    return this.#home.phase.type === 'stopped' ? undefined : this.#devicesById.get(deviceId)?.invoker;
  }

  async describePlans(): Promise<readonly { device: string; scans: readonly ScanPlanDescription[] }[]> {
    return await Promise.all(
      this.devices.map(async (device) => ({ device: device.id, scans: await device.describePlans() })),
    );
  }

  /** Resolves when the session is ready or it is clear why not; see `state`. */
  start(): Promise<void> {
    return this.#act(async () => await this.#home.start());
  }

  /** Resolves when nothing of the driver runs any more; its tags are then BadOutOfService. */
  stop(): Promise<void> {
    this.#interruptStart();
    return this.#act(async () => await this.#stopHome());
  }

  restart(): Promise<void> {
    this.#interruptStart();
    return this.#act(async () => {
      this.#operatorRestarts += 1;
      await this.#stopHome();
      await this.#home.start();
    });
  }

  /** Closes an open crash-loop breaker, and tries again what had failed for good. */
  reset(): Promise<void> {
    return this.#act(async () => await this.#home.reset());
  }

  /** Planned restart of the Host. Rejects with NOT_ISOLATED in-process. */
  recycle(cause: RecycleCause = 'operator'): Promise<void> {
    return this.#act(async () => await this.#home.recycle(cause));
  }

  /** Drops and remakes the connections of the session (SPEC §6.4). False if the driver cannot, or did not within 10 s. */
  reinitialize(): Promise<boolean> {
    return this.services.reinitialize();
  }

  /** Resolves when the devices have said how they are since the last action, at the latest after 3 s. */
  async settled(): Promise<void> {
    const { clock } = this.#deps;
    const deadlineMs = clock.monotonicMs() + settleBudgetMs;
    while (unsettled.has(this.state) && this.#home.phase.type === 'ready' && clock.monotonicMs() < deadlineMs)
      await delay(clock, 20);
  }

  requestGc(): void {
    this.#home.requestGc();
  }

  /** Out of service until an operator acts: in-process Faulted, a Host with its crash-loop breaker open. */
  giveUp(reason: string): void {
    this.#home.giveUp(new GatewayError({ code: 'DRIVER_WEDGED', kind: 'bug', message: reason }));
  }

  tell(type: 'driver' | 'host' | 'alarm', message: string, data?: Readonly<Record<string, unknown>>): void {
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

  async dispose(): Promise<void> {
    await this.stop();
    this.stability.dispose();
    for (const device of this.devices) device.dispose();
  }

  leaving(): void {
    for (const device of this.devices) device.pause();
  }

  ready(): void {
    const { session } = this.#home;
    if (!session) return;
    this.#target.ready();
    for (const device of this.devices) device.run(session);
    const { pid, spawn } = this.#home.facts;
    if (pid !== null) this.#deps.observer.event('host', `Host of ${this.id} is ready`, { data: { pid, spawn } });
    this.#stateMayHaveChanged();
  }

  lost({ error, planned, cause, spawn, postMortemId }: HomeLoss): void {
    this.#target.gone();
    for (const device of this.devices) device.fail(error.status);
    this.#deps.observer.hostLost(cause);
    if (!planned) this.#homeError = { error, atMs: this.#deps.clock.wallMs() };
    const message = planned ? `Host of ${this.id} ended as asked` : `Host of ${this.id} is gone: ${error.message}`;
    this.#deps.observer.event('host', message, {
      data: { spawn, cause, ...(postMortemId !== undefined && { postMortemId }) },
    });
    this.#stateMayHaveChanged();
  }

  phaseChanged(): void {
    const { phase } = this.#home;
    if (phase.type === 'failed') {
      this.#homeError = { error: phase.error, atMs: this.#deps.clock.wallMs() };
      for (const device of this.devices) device.fail(phase.error.status);
    }
    this.#stateMayHaveChanged();
  }

  async #move(isolation: Isolation): Promise<void> {
    if (this.#home.isolation === isolation) return;
    await this.#act(async () => await this.#home.move(isolation));
    this.#deps.observer.event(
      'driver',
      `driver ${this.id} runs ${isolation === 'host' ? 'in a Host' : 'in the gateway'} now`,
      {
        data: { isolation: this.isolation },
      },
    );
  }

  /** Nobody waits for a start that is to be undone. */
  #interruptStart(): void {
    if (this.#home.phase.type === 'starting') void this.#home.stop();
  }

  async #stopHome(): Promise<void> {
    this.#target.gone();
    for (const device of this.devices) device.halt();
    await this.#home.stop();
    for (const device of this.devices) device.fail(statusCodes.BadOutOfService);
    this.#stateMayHaveChanged();
  }

  /** One action after the other; a failed one keeps nobody from the next. */
  #act(action: () => Promise<void>): Promise<void> {
    const done = this.#actions.then(action);
    this.#actions = done.catch((error: unknown) => {
      this.#logger.warn(`an operation on the driver failed: ${toGatewayError(error).message}`);
    });
    return done;
  }

  #monitor(driver: PlantDriver): StabilityMonitor {
    const { clock, random, stability } = this.#deps;
    return new StabilityMonitor({
      ...stability,
      driverId: driver.id,
      driverVersion: this.definition.version,
      configHash: configurationHash([
        driver.options,
        this.driver.devices,
        driver.devices.map(({ tags }) => tags.length),
      ]),
      settings: driver.stability,
      target: this.#target,
      clock,
      random,
      logger: this.#logger,
    });
  }

  #deviceRuntime(device: PlantDevice): DeviceRuntime {
    const { store, clock, random, observer } = this.#deps;
    const invoker = new DeviceInvoker({
      driverId: this.driver.id,
      deviceId: device.id,
      session: () => this.#home.session,
      settings: pipelineSettings(this.driver.resilience),
      restored: this.#deps.restored(device),
      clock,
      random,
      logger: this.#logger,
      onSettled: (capability, durationMs, error) => observer.callSettled(device.id, capability, durationMs, error),
      onRetried: (capability) => observer.retried(capability),
      onLateReply: () => observer.lateReply(),
      onStatusChanged: () => this.#deviceChanged(device.id),
    });
    const onScan = (result: Parameters<InstanceObserver['scanned']>[1]): void => observer.scanned(device.id, result);
    return new DeviceRuntime(device, {
      driverId: this.driver.id,
      store,
      invoker,
      clock,
      random,
      logger: this.#logger,
      onScan,
    });
  }

  #deviceChanged(deviceId: string): void {
    const device = this.#devicesById.get(deviceId);
    if (!device) return;
    const { state, lastError } = device.invoker.status;
    if (state === 'demoted') device.fail(statusCodes.BadNoCommunication);
    if (state === 'connected') device.scanNow();
    this.#deps.observer.event('driver', `device ${this.id}/${deviceId} is ${state}`, {
      device: deviceId,
      data: { state, ...(state !== 'connected' && lastError && { reason: lastError.error.message }) },
    });
    this.#stateMayHaveChanged();
  }

  #stateMayHaveChanged(): void {
    if (!this.#devicesById) return; // still being constructed
    const { state } = this;
    if (state === this.#lastState) return;
    const from = this.#lastState;
    this.#lastState = state;
    this.#logger[state === 'Faulted' ? 'error' : 'info'](`driver is ${state}`, { from });
    this.#deps.observer.event('driver', `driver ${this.id} is ${state}`, { data: { from, to: state } });
  }
}

function needsHost(driverId: string, type: string): GatewayError {
  return new GatewayError({
    code: 'TIER_NEEDS_HOST',
    kind: 'config',
    message: `driver ${driverId} is of type ${type}, tier C: it may crash, block or leak, and stays in a Host`,
  });
}
