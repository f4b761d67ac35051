import { isNumericColumn, statusCodes, type Clock, type Logger, type StatusCode } from '@fieldwarden/core';
import type { PlantDevice, PlantTag } from '@fieldwarden/config';
import type { DriverSession, PlanDescription, Point } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import {
  DevicePoller,
  DeviceSubscriber,
  type ScanResult,
  type ScanStatistics,
  type TagDefinition,
  type TagStore,
} from '@fieldwarden/tags';

export interface DeviceRuntimeDependencies {
  readonly driverId: string;
  readonly store: TagStore;
  readonly invoker: DeviceInvoker;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly onScan: (result: ScanResult) => void;
}

export interface ScanPlanDescription {
  readonly scanMs: number;
  readonly tags: number;
  readonly plan: PlanDescription;
}

/** One device of a running driver: its tags in the store, and what keeps them fresh. */
export class DeviceRuntime {
  readonly id: string;
  readonly invoker: DeviceInvoker;
  readonly handles: Uint32Array<ArrayBuffer>;
  readonly #deps: DeviceRuntimeDependencies;
  readonly #points: readonly Point[];
  readonly #scanMs: readonly number[];
  #session: DriverSession | undefined;
  #poller: DevicePoller | undefined;
  /** The poller that the next one takes over from. */
  #paused: DevicePoller | undefined;
  #subscriber: DeviceSubscriber | undefined;

  /** Defines the tags; they are Bad until the first value. */
  constructor(device: PlantDevice, deps: DeviceRuntimeDependencies) {
    this.id = device.id;
    this.invoker = deps.invoker;
    this.#deps = deps;
    this.#points = device.tags.map(({ path, address, type }) => ({ path, address, type }));
    this.#scanMs = device.tags.map(({ scanMs }) => scanMs);
    this.handles = deps.store.define(device.tags.map((tag) => tagDefinition(deps.driverId, device.id, tag)));
  }

  get statistics(): readonly ScanStatistics[] {
    return this.#poller?.statistics ?? [];
  }

  /** The session is ready: poll it, or subscribe if it reports changes by itself. Idempotent per session. */
  run(session: DriverSession): void {
    if (this.#session === session) {
      this.#poller?.scanNow();
      return;
    }
    const previous = this.#paused;
    this.halt();
    this.#session = session;
    if (this.handles.length === 0) return;
    if (session.subscribe) this.#subscribe();
    else if (session.read) this.#poll(session, previous);
  }

  /** Stops asking; values stay as they are. */
  halt(): void {
    this.#poller?.stop();
    this.#subscriber?.stop();
    this.#poller = undefined;
    this.#subscriber = undefined;
    this.#session = undefined;
    this.#paused = undefined;
  }

  /** The same, for a session that moves: the next one goes on in the same rhythm. */
  pause(): void {
    const poller = this.#poller;
    this.halt();
    this.#paused = poller;
  }

  fail(status: StatusCode): void {
    this.#deps.store.fail(this.handles, status, this.#deps.clock.wallMs());
  }

  scanNow(): void {
    this.#poller?.scanNow();
  }

  async describePlans(): Promise<readonly ScanPlanDescription[]> {
    const classes = this.#poller?.classes ?? [];
    return await Promise.all(
      classes.map(async ({ scanMs, handles, plan }) => ({
        scanMs,
        tags: handles.length,
        plan: await this.invoker.describePlan(plan),
      })),
    );
  }

  dispose(): void {
    this.halt();
    this.fail(statusCodes.BadNodeIdUnknown);
    this.#deps.store.remove(this.handles);
    this.invoker.dispose();
  }

  #poll(session: DriverSession, previous: DevicePoller | undefined): void {
    const tags = this.#points.map((point, i) => ({ point, handle: this.handles[i], scanMs: this.#scanMs[i] }));
    this.#poller = new DevicePoller(tags, { ...this.#deps, session });
    this.#poller.start(previous);
  }

  #subscribe(): void {
    this.#subscriber = new DeviceSubscriber(this.handles, this.#points, this.#deps);
    this.#subscriber.start();
  }
}

function tagDefinition(driverId: string, deviceId: string, tag: PlantTag): TagDefinition {
  const { path, address, access, scanMs, unit, description, deadband, limits, range, writeIdempotent, verify } = tag;
  const scaling = isNumericColumn(tag.type) ? tag.scaling : undefined;
  return {
    path,
    address,
    access,
    scanMs,
    unit,
    description,
    deadband,
    limits,
    range,
    writeIdempotent,
    verify,
    scaling,
    driverId,
    deviceId,
    rawType: tag.type,
    type: scaling ? { scalar: 'float64' } : tag.type,
  };
}
