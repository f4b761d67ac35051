import type { Driver, DriverDetail, DriverState } from '@fieldwarden/admin-contract';
import type { PlantDevice, PlantDriver } from '@fieldwarden/config';
import { GatewayError, statusCodes, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import { DeviceInvoker } from '@fieldwarden/invoker';
import type { Supervisor } from '@fieldwarden/supervisor';
import type { TagStore } from '@fieldwarden/tags';
import { DeviceRuntime, type ScanPlanDescription } from './device-runtime.js';
import { driverSettings, type DriverSettings } from './driver-settings.js';
import { driverState } from './driver-state.js';
import { describeDriver, describeDriverDetail } from './driver-view.js';
import { HostHome } from './host-home.js';
import { InProcessHome } from './in-process-home.js';
import type { InstanceObserver } from './instance-observer.js';
import { pipelineSettings } from './pipeline-settings.js';
import type { HomeFacts, HomeListener, SessionHome } from './session-home.js';

export interface InstanceDependencies {
  readonly store: TagStore;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: InstanceObserver;
}

/**
 * One configured driver, from its first start to its removal: where it lives, its devices, its state. Actions are carried out
 * one after the other, so contradictory requests end in the last one's state.
 */
export class DriverInstance implements HomeListener {
  readonly driver: DriverSettings;
  readonly definition: DriverDefinition;
  readonly devices: readonly DeviceRuntime[];
  readonly #deps: InstanceDependencies;
  readonly #logger: Logger;
  readonly #home: SessionHome;
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
    this.#home = this.#makeHome();
    for (const device of this.devices) device.fail(statusCodes.BadOutOfService);
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

  get isolation(): 'in-process' | 'host' {
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

  async dispose(): Promise<void> {
    await this.stop();
    for (const device of this.devices) device.dispose();
  }

  ready(): void {
    const { session } = this.#home;
    if (!session) return;
    for (const device of this.devices) device.run(session);
    const { pid, spawn } = this.#home.facts;
    if (pid !== null) this.#deps.observer.event('host', `Host of ${this.id} is ready`, { data: { pid, spawn } });
    this.#stateMayHaveChanged();
  }

  lost(error: GatewayError, planned: boolean): void {
    for (const device of this.devices) device.fail(error.status);
    const { spawn, lastCause } = this.#home.facts;
    this.#deps.observer.hostLost(lastCause ?? 'unknown');
    if (!planned) this.#homeError = { error, atMs: this.#deps.clock.wallMs() };
    const message = planned ? `Host of ${this.id} ended as asked` : `Host of ${this.id} is gone: ${error.message}`;
    this.#deps.observer.event('host', message, { data: { spawn, cause: lastCause } });
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

  /** Nobody waits for a start that is to be undone. */
  #interruptStart(): void {
    if (this.#home.phase.type === 'starting') void this.#home.stop();
  }

  async #stopHome(): Promise<void> {
    for (const device of this.devices) device.halt();
    await this.#home.stop();
    for (const device of this.devices) device.fail(statusCodes.BadOutOfService);
    this.#stateMayHaveChanged();
  }

  #act(action: () => Promise<void>): Promise<void> {
    this.#actions = this.#actions.then(action).catch((error: unknown) => {
      this.#logger.error(`an operation on the driver failed: ${toGatewayError(error).message}`, { error });
    });
    return this.#actions;
  }

  #makeHome(): SessionHome {
    const { supervisor, clock, random } = this.#deps;
    if (this.driver.isolation === 'host') return new HostHome(this.definition, this.driver, this, supervisor);
    return new InProcessHome(this.definition, this.driver, this, { clock, random, logger: this.#logger });
  }

  #deviceRuntime(device: PlantDevice): DeviceRuntime {
    const { store, clock, random, observer } = this.#deps;
    const invoker = new DeviceInvoker({
      driverId: this.driver.id,
      deviceId: device.id,
      session: () => this.#home.session,
      settings: pipelineSettings(this.driver.resilience),
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
