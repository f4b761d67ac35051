import type { DeviceAlarms } from '@fieldwarden/alarms';
import type { DeviceResilienceState, DeviceInvoker } from '@fieldwarden/invoker';
import type { PlantDevice, TagChanges } from '@fieldwarden/config';
import { statusName, type Clock, type Logger, type StatusCode } from '@fieldwarden/core';
import type { DriverSession, PlanDescription } from '@fieldwarden/driver';
import { DevicePoller, DeviceSubscriber, type ScanResult, type ScanStatistics, type TagStore } from '@fieldwarden/tags';
import { AlarmSubscriber } from '../alarms/alarm-subscriber.js';
import type { DeviceRoad } from './device-road.js';
import { DeviceTags } from './device-tags.js';

export interface DeviceRuntimeDependencies {
  readonly driverId: string;
  readonly store: TagStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly onScan: (result: ScanResult) => void;
  /** Of all devices of the driver. */
  readonly alarms: DeviceAlarms;
  /** A road to the device, from its first call to the end of the session's configuration. */
  readonly makeRoad: (restored: DeviceResilienceState | undefined) => DeviceRoad;
}

/** Of one device, counted now. */
export interface StandingBad {
  readonly bad: number;
  /** Of these: without a value since they were configured, or the gateway was started. */
  readonly neverGood: number;
}

/** So long after its device began to answer, a tag may wait for its first value. */
const firstValuesMs = 10_000;

export interface ScanPlanDescription {
  readonly scanMs: number;
  readonly tags: number;
  readonly plan: PlanDescription;
}

/** One device of a running driver: its tags in the store, and what keeps them fresh. */
export class DeviceRuntime {
  readonly id: string;
  readonly #deps: DeviceRuntimeDependencies;
  readonly #tags: DeviceTags;
  #road: DeviceRoad;
  #options: unknown;
  #session: DriverSession | undefined;
  #poller: DevicePoller | undefined;
  /** The poller that the next one takes over from. */
  #paused: DevicePoller | undefined;
  #subscriber: DeviceSubscriber | undefined;
  #alarms: AlarmSubscriber | undefined;
  /** There are tags that nobody has asked for yet. */
  #hasUnread = false;

  /** Defines the tags; they are Bad until the first value. */
  constructor(device: PlantDevice, deps: DeviceRuntimeDependencies, restored: DeviceResilienceState | undefined) {
    this.id = device.id;
    this.#options = device.options;
    this.#deps = deps;
    this.#road = deps.makeRoad(restored);
    this.#tags = new DeviceTags(device, deps);
  }

  get invoker(): DeviceInvoker {
    return this.#road.invoker;
  }

  get options(): unknown {
    return this.#options;
  }

  /** There is a session that it asks. */
  get isRunning(): boolean {
    return this.#session !== undefined;
  }

  get handles(): Uint32Array<ArrayBuffer> {
    return this.#tags.handles;
  }

  /** A device that does not answer achieves nothing, whatever it achieved before. */
  get statistics(): readonly ScanStatistics[] {
    const measured = this.#poller?.statistics ?? [];
    if (this.invoker.status.state === 'connected') return measured;
    return measured.map((scan) => ({ ...scan, achievedMs: undefined }));
  }

  /** Its tags that are Bad although it answers. None of a device that does not: its own state says why they are. */
  get standingBad(): StandingBad {
    const { state, reachedForMs } = this.invoker.status;
    if (state !== 'connected' || !this.isRunning) return { bad: 0, neverGood: 0 };
    return this.#deps.store.badOf(this.handles, reachedForMs < firstValuesMs);
  }

  /** The device as it is configured now. */
  get configured(): PlantDevice {
    return { id: this.id, options: this.#options, tags: this.#tags.configured };
  }

  /** The session is ready: poll it, or subscribe if it reports changes by itself. Idempotent per session. */
  run(session: DriverSession): void {
    if (this.#session === session) {
      this.#poller?.scanNow();
      this.#alarms?.start();
      return;
    }
    const previous = this.#paused;
    this.#alarms?.abandon();
    this.#alarms = undefined;
    this.halt();
    this.#session = session;
    this.#begin(previous);
    this.#alarms = new AlarmSubscriber({ ...this.#deps, invoker: this.invoker });
    this.#alarms.start();
  }

  /** Stops asking; values stay as they are. */
  halt(): void {
    this.#poller?.stop();
    this.#subscriber?.stop();
    this.#alarms?.stop();
    this.#poller = undefined;
    this.#subscriber = undefined;
    this.#alarms = undefined;
    this.#session = undefined;
    this.#paused = undefined;
  }

  /** The same, for a session that moves: the next one goes on in the same rhythm. */
  pause(): void {
    const poller = this.#poller ?? this.#paused;
    this.halt();
    this.#paused = poller;
  }

  fail(status: StatusCode): void {
    this.#fail(this.handles, status);
    this.#alarms?.fail(`its tags are ${statusName(status)}`);
  }

  /** The device answers. */
  scanNow(): void {
    this.#poller?.scanNow();
    this.#alarms?.retryNow();
  }

  /** First half of a change of tags, synchronous with the second: what goes away. */
  withdraw(changes: TagChanges): void {
    this.#tags.withdraw(changes);
  }

  /** Second half. Nothing else of the device is touched; without a session, what has no value is `absent`. */
  settle(changes: TagChanges, absent: StatusCode | undefined): void {
    const { outdated, revalued, rehinted, waiting } = this.#tags.settle(changes);
    if (absent !== undefined) this.#fail(waiting, absent);
    if (this.#subscriber) this.#subscriber.reshape(this.#tags.all, new Set([...outdated, ...revalued, ...rehinted]));
    else if (absent !== undefined) this.#readLater(waiting.length);
    else if (this.#poller) {
      this.#poller.reshape(this.#tags.all, outdated);
      this.#poller.refresh(revalued);
    } else this.#begin(undefined);
  }

  /** Other options of the device, or of the driver: whoever waits on the old road is refused; counters count on. */
  renew(options: unknown): void {
    this.#options = options;
    const { invoker } = this.#road;
    this.#road.close();
    this.#road = this.#deps.makeRoad({ ...invoker.resilienceState, ...forgotten });
  }

  async describePlans(): Promise<readonly ScanPlanDescription[]> {
    const { invoker } = this;
    const classes = this.#poller?.classes ?? [];
    return await Promise.all(
      classes.map(async ({ scanMs, handles, plan }) => ({
        scanMs,
        tags: handles.length,
        plan: await invoker.describePlan(plan),
      })),
    );
  }

  /** Its tags go at once. */
  dispose(): void {
    this.halt();
    this.#deps.alarms.remove(this.id);
    this.#tags.removeAll();
    this.#road.close();
  }

  #begin(previous: DevicePoller | undefined): void {
    if (this.handles.length === 0 || !this.#session) return;
    if (this.invoker.supports('subscribe')) {
      this.#subscriber = new DeviceSubscriber({ ...this.#deps, invoker: this.invoker });
      this.#subscriber.start(this.#tags.all);
    } else if (this.invoker.supports('read')) {
      this.#poller = new DevicePoller(this.#tags.all, { ...this.#deps, invoker: this.invoker });
      this.#poller.start(previous);
      if (previous && this.#hasUnread) this.#poller.scanNow();
    }
    this.#hasUnread = false;
  }

  /** There is no session to make new plans with: the next one makes them all. */
  #readLater(tags: number): void {
    this.#hasUnread ||= tags > 0;
    if (this.#poller) this.pause();
  }

  #fail(handles: Uint32Array, status: StatusCode): void {
    this.#deps.store.fail(handles, status, this.#deps.clock.wallMs());
  }
}

/** What was known of the device says nothing about the one behind other options. */
const forgotten = {
  breaker: 'closed',
  openedAtMs: null,
  probeIntervalMs: null,
  openings: 0,
  consecutiveFailures: 0,
} as const;
