import type { AlarmBook } from '@fieldwarden/alarms';
import type { Clock } from '@fieldwarden/core';
import type { SessionInvoker } from '@fieldwarden/invoker';
import type { EventData, StabilityCause, StabilityTarget } from '@fieldwarden/stability';
import type { DeviceRuntime } from './devices/device-runtime.js';
import type { HomeFacts, Isolation } from './home/session-home.js';

/** What the stability rules look at and act on; a driver instance is one. */
export interface WatchedInstance {
  readonly id: string;
  readonly isolation: Isolation;
  readonly facts: Pick<HomeFacts, 'pid' | 'spawn'>;
  readonly devices: readonly DeviceRuntime[];
  readonly services: Pick<SessionInvoker, 'memoryFootprint' | 'flushOptionalCaches'>;
  requestGc(): void;
  reinitialize(): Promise<boolean>;
  recycle(cause: StabilityCause): Promise<void>;
  giveUp(reason: string): void;
  tell(type: 'driver' | 'host', message: string, data?: EventData): void;
}

/** A driver instance as the stability rules see it and act on it. */
export class InstanceTarget implements StabilityTarget {
  readonly #instance: WatchedInstance;
  readonly #clock: Clock;
  readonly #alarms: Pick<AlarmBook, 'raise'>;
  #readySinceMs: number | null = null;
  #restartedAtMs: number | null = null;
  #hasBeenReady = false;

  constructor(instance: WatchedInstance, clock: Clock, alarms: Pick<AlarmBook, 'raise'>) {
    this.#instance = instance;
    this.#clock = clock;
    this.#alarms = alarms;
  }

  get isolation(): 'in-process' | 'host' {
    return this.#instance.isolation;
  }

  get pid(): number | null {
    return this.#instance.facts.pid;
  }

  get spawn(): number | null {
    return this.#instance.facts.spawn;
  }

  get readySinceMs(): number | null {
    return this.#readySinceMs;
  }

  get restartedAtMs(): number | null {
    return this.#restartedAtMs;
  }

  /** A driver that answers no more but has not said that anything is wrong still counts as healthy: that is what a wedge looks like. */
  get healthy(): boolean {
    const withTags = this.#instance.devices.filter(({ handles }) => handles.length > 0);
    return this.#readySinceMs !== null && withTags.every(({ invoker }) => invoker.status.saidConnected);
  }

  get pendingWork(): boolean {
    return this.#instance.devices.some(({ invoker }) => invoker.status.exchanging > 0 || invoker.status.unanswered > 0);
  }

  get progress(): number {
    return this.#instance.devices.reduce((sum, { invoker }) => sum + invoker.progress, 0);
  }

  get longestIntervalMs(): number {
    return Math.max(
      0,
      ...this.#instance.devices.flatMap(({ statistics }) => statistics.map(({ requestedMs }) => requestedMs)),
    );
  }

  /** A session became ready: a new one, unless it is the first. */
  ready(): void {
    this.#readySinceMs = this.#clock.monotonicMs();
    if (this.#hasBeenReady) this.#restartedAtMs = this.#readySinceMs;
    this.#hasBeenReady = true;
  }

  gone(): void {
    this.#readySinceMs = null;
  }

  memoryFootprint(): number | null {
    return this.#instance.services.memoryFootprint();
  }

  requestGc(): void {
    this.#instance.requestGc();
  }

  flushCaches(): void {
    this.#instance.services.flushOptionalCaches();
  }

  async reinitialize(): Promise<boolean> {
    return await this.#instance.reinitialize();
  }

  async recycle(cause: StabilityCause): Promise<void> {
    await this.#instance.recycle(cause);
  }

  fault(reason: string): void {
    this.#instance.giveUp(reason);
  }

  openCrashLoop(reason: string): void {
    this.#instance.giveUp(reason);
  }

  recommendPromotion(reason: string): void {
    this.alarm(`${reason}; promote it to a Host of its own: fieldwarden promote ${this.#instance.id}`);
  }

  event(message: string, data?: EventData): void {
    this.#instance.tell('driver', message, data);
  }

  alarm(message: string, data?: EventData): void {
    this.#alarms.raise({
      conditionId: 'memory',
      subject: { driverId: this.#instance.id },
      message,
      ...(data && { data }),
    });
  }
}
