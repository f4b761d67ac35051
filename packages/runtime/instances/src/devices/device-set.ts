import type { DeviceAlarms } from '@fieldwarden/alarms';
import type { DeviceChange, PlantDevice } from '@fieldwarden/config';
import { delay, statusCodes, type StatusCode } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { DeviceInvoker, type DeviceResilienceState, type ResilienceSettings } from '@fieldwarden/invoker';
import { DeviceRuntime, type DeviceRoad, type DeviceRuntimeDependencies } from './device-runtime.js';
import type { InstanceDependencies } from '../instance-dependencies.js';

export interface DeviceSetParts extends Omit<
  InstanceDependencies,
  'supervisor' | 'stability' | 'generation' | 'restored'
> {
  readonly driverId: string;
  /** The session to call now. */
  readonly session: () => DriverSession | undefined;
  /** The state or breaker of a device changed. */
  readonly onChanged: (deviceId: string) => void;
  /** What is remembered of a device from before this instance. */
  readonly restored: (device: PlantDevice) => DeviceResilienceState | undefined;
}

/** How often it is looked whether writes have come to their end. */
const drainLookMs = 10;

/** The devices of one driver instance, in the order of the configuration. */
export class DeviceSet {
  /** What the devices report. */
  readonly alarms: DeviceAlarms;
  readonly #parts: DeviceSetParts;
  readonly #byId: Map<string, DeviceRuntime>;
  /** Roads that are closed, until nothing is under way on them. */
  #closing: DeviceInvoker[] = [];
  #settings: ResilienceSettings;

  /** Defines the tags of all. */
  constructor(devices: readonly PlantDevice[], settings: ResilienceSettings, parts: DeviceSetParts) {
    this.#parts = parts;
    this.#settings = settings;
    this.alarms = parts.alarms.ofDriver(
      parts.driverId,
      devices.map(({ id }) => id),
    );
    this.#byId = new Map(devices.map((device) => [device.id, this.#make(device, parts.restored(device))]));
  }

  get list(): readonly DeviceRuntime[] {
    return [...this.#byId.values()];
  }

  get(deviceId: string): DeviceRuntime | undefined {
    return this.#byId.get(deviceId);
  }

  run(session: DriverSession): void {
    for (const device of this.#byId.values()) device.run(session);
  }

  /** The same, for devices that the session has been told of. */
  runIdle(session: DriverSession): void {
    for (const device of this.#byId.values()) if (!device.isRunning) device.run(session);
  }

  halt(): void {
    for (const device of this.#byId.values()) device.halt();
  }

  pause(): void {
    for (const device of this.#byId.values()) device.pause();
  }

  fail(status: StatusCode): void {
    for (const device of this.#byId.values()) device.fail(status);
  }

  /** Calls that begin from now on follow these settings. */
  configure(settings: ResilienceSettings): void {
    this.#settings = settings;
    for (const { invoker } of this.#byId.values()) invoker.configure(settings);
  }

  /** First half of a change, synchronous with the second: devices and tags that go are gone. */
  withdraw(changes: readonly DeviceChange[]): void {
    for (const change of changes) {
      if (change.kind === 'change') this.#byId.get(change.deviceId)?.withdraw(change.tags);
      if (change.kind === 'remove') this.#remove(change.deviceId);
    }
  }

  /** Second half. `absent`: status of tags without a value while there is no session to ask; undefined while there is one. */
  settle(changes: readonly DeviceChange[], absent: StatusCode | undefined): void {
    for (const change of changes) {
      if (change.kind === 'add') this.#add(change.device, absent);
      if (change.kind !== 'change') continue;
      const device = this.#byId.get(change.deviceId);
      if (change.options) this.#renew(device, change.device.options, absent);
      device?.settle(change.tags, absent);
    }
  }

  /** The session is another one from now on: what waits for the present one is refused. */
  renewAll(): void {
    for (const device of this.#byId.values()) device.renew(device.options);
  }

  /** Resolves when no write is under way on a closed road any more, at the latest after `limitMs`. */
  async drained(limitMs: number): Promise<void> {
    const { clock } = this.#parts;
    const deadlineMs = clock.monotonicMs() + limitMs;
    while (this.#closing.some(isWriting) && clock.monotonicMs() < deadlineMs) await delay(clock, drainLookMs);
    this.#closing = this.#closing.filter(isWriting);
  }

  dispose(): void {
    for (const deviceId of [...this.#byId.keys()]) this.#remove(deviceId);
  }

  /** It runs as soon as the session knows of it. */
  #add(device: PlantDevice, absent: StatusCode | undefined): void {
    const made = this.#make(device, this.#parts.restored(device));
    this.#byId.set(device.id, made);
    if (absent !== undefined) made.fail(absent);
  }

  #renew(device: DeviceRuntime | undefined, options: unknown, absent: StatusCode | undefined): void {
    device?.halt();
    device?.renew(options);
    device?.fail(absent ?? statusCodes.BadWaitingForInitialData);
  }

  #remove(deviceId: string): void {
    this.#byId.get(deviceId)?.dispose();
    this.#byId.delete(deviceId);
  }

  #make(device: PlantDevice, restored: DeviceResilienceState | undefined): DeviceRuntime {
    const parts = { ...this.#parts, alarms: this.alarms, ...this.#callbacks(device.id) };
    return new DeviceRuntime(device, parts, restored);
  }

  /** Made apart from the device: its tags live in the tag store, and a callback would keep them a second time. */
  #callbacks(deviceId: string): Pick<DeviceRuntimeDependencies, 'invoker' | 'onScan'> {
    const { observer } = this.#parts;
    return {
      invoker: (state) => this.#road(deviceId, state),
      onScan: (result) => observer.scanned(deviceId, result),
    };
  }

  #road(deviceId: string, restored: DeviceResilienceState | undefined): DeviceRoad {
    const { driverId, clock, random, logger, observer, session, onChanged } = this.#parts;
    let isOpen = true;
    const invoker = new DeviceInvoker({
      driverId,
      deviceId,
      session: () => (isOpen ? session() : undefined),
      settings: this.#settings,
      restored,
      clock,
      random,
      logger,
      onSettled: (capability, durationMs, error) => observer.callSettled(deviceId, capability, durationMs, error),
      onRetried: (capability) => observer.retried(capability),
      onLateReply: () => observer.lateReply(),
      onStatusChanged: () => isOpen && onChanged(deviceId),
    });
    const close = (): void => {
      isOpen = false;
      this.#closing.push(invoker);
      invoker.dispose();
    };
    return { invoker, close };
  }
}

/** Anything that acts on the device, running or waiting to be refused. */
function isWriting({ status: { depth, exchanging } }: DeviceInvoker): boolean {
  return depth > exchanging;
}
