import type { Clock, Logger } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import {
  DeviceInvoker,
  type DeviceResilienceState,
  type ResilienceSettings,
  type SessionSlot,
} from '@fieldwarden/invoker';
import type { InstanceObserver } from '../instance-observer.js';

export interface DeviceRoadDependencies {
  readonly driverId: string;
  readonly deviceId: string;
  /** Of the driver. */
  readonly session: Readonly<SessionSlot>;
  readonly settings: ResilienceSettings;
  readonly restored: DeviceResilienceState | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: InstanceObserver;
  /** The state or breaker of a device changed. */
  readonly onChanged: (deviceId: string) => void;
}

/** The road to one device. Calls that find it closed are refused as not sent, whatever session runs by then. */
export class DeviceRoad implements Readonly<SessionSlot> {
  readonly invoker: DeviceInvoker;
  readonly #session: Readonly<SessionSlot>;
  #isOpen = true;

  constructor(dependencies: DeviceRoadDependencies) {
    const { driverId, deviceId, session, settings, restored, clock, random, logger, observer, onChanged } =
      dependencies;
    this.#session = session;
    this.invoker = new DeviceInvoker({
      driverId,
      deviceId,
      session: this,
      settings,
      restored,
      clock,
      random,
      logger,
      onSettled: (capability, durationMs, error) => observer.callSettled(deviceId, capability, durationMs, error),
      onRetried: (capability) => observer.retried(capability),
      onLateReply: () => observer.lateReply(),
      onStatusChanged: () => this.#isOpen && onChanged(deviceId),
    });
  }

  /** The session that calls on this road go to. */
  get current(): DriverSession | undefined {
    return this.#isOpen ? this.#session.current : undefined;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Something that acts on the device is under way, or waits to be sent or refused. */
  get isWriting(): boolean {
    const { depth, exchanging } = this.invoker.status;
    return depth > exchanging;
  }

  close(): void {
    this.#isOpen = false;
    this.invoker.dispose();
  }
}
