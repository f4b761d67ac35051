import type { DeviceAlarms } from '@fieldwarden/alarms';
import type { DeviceChange, PlantDevice } from '@fieldwarden/config';
import { delay, statusCodes, type StatusCode } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import type { DeviceResilienceState, ResilienceSettings, SessionSlot } from '@fieldwarden/invoker';
import { DeviceRoad } from './device-road.js';
import { DeviceRuntime, type DeviceRuntimeDependencies } from './device-runtime.js';
import type { InstanceDependencies } from '../instance-dependencies.js';

export interface DeviceSetDependencies extends Pick<
  InstanceDependencies,
  'store' | 'clock' | 'random' | 'logger' | 'observer' | 'alarms'
> {
  readonly driverId: string;
  readonly session: Readonly<SessionSlot>;
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
  readonly #deps: DeviceSetDependencies;
  readonly #byId: Map<string, DeviceRuntime>;
  /** Those that are open, and those on which something may still be under way. */
  readonly #roads = new Set<DeviceRoad>();
  #settings: ResilienceSettings;

  /** Defines the tags of all. */
  constructor(devices: readonly PlantDevice[], settings: ResilienceSettings, deps: DeviceSetDependencies) {
    this.#deps = deps;
    this.#settings = settings;
    this.alarms = deps.alarms.ofDriver(
      deps.driverId,
      devices.map(({ id }) => id),
    );
    this.#byId = new Map(devices.map((device) => [device.id, this.#make(device, deps.restored(device))]));
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
    this.#letGoOfRoads();
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
    const { clock } = this.#deps;
    const deadlineMs = clock.monotonicMs() + limitMs;
    this.#letGoOfRoads();
    while ([...this.#roads].some(isDraining) && clock.monotonicMs() < deadlineMs) await delay(clock, drainLookMs);
  }

  dispose(): void {
    for (const deviceId of [...this.#byId.keys()]) this.#remove(deviceId);
  }

  /** It runs as soon as the session knows of it. */
  #add(device: PlantDevice, absent: StatusCode | undefined): void {
    const made = this.#make(device, this.#deps.restored(device));
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
    const { driverId, store, clock, random, logger } = this.#deps;
    const { makeRoad, onScan } = this.#callbacks(device.id);
    const parts = { driverId, store, clock, random, logger, alarms: this.alarms, makeRoad, onScan };
    return new DeviceRuntime(device, parts, restored);
  }

  /** Made apart from the device: its tags live in the tag store, and a callback would keep them a second time. */
  #callbacks(deviceId: string): Pick<DeviceRuntimeDependencies, 'makeRoad' | 'onScan'> {
    const { observer } = this.#deps;
    return {
      makeRoad: (restored) => this.#makeRoad(deviceId, restored),
      onScan: (result) => observer.scanned(deviceId, result),
    };
  }

  #letGoOfRoads(): void {
    for (const road of this.#roads) if (!road.isOpen && !road.isWriting) this.#roads.delete(road);
  }

  #makeRoad(deviceId: string, restored: DeviceResilienceState | undefined): DeviceRoad {
    const { driverId, clock, random, logger, observer, session, onChanged } = this.#deps;
    const settings = this.#settings;
    const road = new DeviceRoad({
      driverId,
      deviceId,
      session,
      settings,
      restored,
      clock,
      random,
      logger,
      observer,
      onChanged,
    });
    this.#roads.add(road);
    return road;
  }
}

function isDraining({ isOpen, isWriting }: DeviceRoad): boolean {
  return !isOpen && isWriting;
}
