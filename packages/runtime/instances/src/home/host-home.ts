import { GatewayError } from '@fieldwarden/core';
import type { DriverDefinition, DriverSession } from '@fieldwarden/driver';
import type { DriverFolders } from '@fieldwarden/belongings';
import {
  isPlanned,
  type Host,
  type HostEvent,
  type HostHistory,
  type HostStateName,
  type StopCause,
  type Supervisor,
} from '@fieldwarden/supervisor';
import type { DriverSettings } from '../driver-settings.js';
import type { HomeFacts, HomeListener, HomePhase, RecycleCause, SessionHome } from './session-home.js';

export type HostMaker = Pick<Supervisor, 'createHost'>;

export interface HostHomeDependencies {
  readonly supervisor: HostMaker;
  /** Where the driver keeps what outlives its processes. */
  readonly folders: DriverFolders;
  /** Of the Host that this one replaces, so that spawns count on and crashes are not forgotten. */
  readonly history: HostHistory | undefined;
  /** Number of the configuration that the driver runs on. */
  readonly generation: () => number | null;
}

/** A session in a child process of its own, through the Supervisor. */
export class HostHome implements SessionHome {
  readonly isolation = 'host';
  readonly #host: Host;
  readonly #listener: HomeListener;
  /** Those who wait to hear whether a start succeeded. */
  #starting: (() => void)[] = [];
  #phase: HomePhase = { type: 'stopped' };
  #lastError: GatewayError | undefined;
  /** Asked to end for good, not to be replaced. */
  #stopping = false;

  constructor(
    definition: DriverDefinition,
    driver: DriverSettings,
    listener: HomeListener,
    { supervisor, folders, history, generation }: HostHomeDependencies,
  ) {
    this.#listener = listener;
    this.#host = supervisor.createHost({
      driverId: driver.id,
      driverType: definition.type,
      entry: definition.entry,
      options: driver.options,
      devices: driver.devices,
      folders,
      supervision: driver.supervision,
      history,
      generation,
    });
    this.#host.onEvent((event) => this.#heard(event));
  }

  get session(): DriverSession | undefined {
    return this.#phase.type === 'ready' ? this.#host.session : undefined;
  }

  get phase(): HomePhase {
    return this.#phase;
  }

  get facts(): HomeFacts {
    const { snapshot } = this.#host;
    return {
      pid: snapshot.pid,
      spawn: snapshot.spawn === 0 ? null : snapshot.spawn,
      upMs: snapshot.upMs,
      crashes: snapshot.restarts.crash,
      recycles: snapshot.restarts.recycle,
      crashLoop: snapshot.crashLoop,
      nextAttemptAtMs: snapshot.nextAttemptAt,
      heartbeatMs: snapshot.heartbeatMs,
      memoryBytes: snapshot.memoryBytes,
      cpuPercent: snapshot.cpuPercent,
      lateReplies: snapshot.lateReplies,
      lastCause: snapshot.lastCause,
      lastRecycleAtMs: null,
    };
  }

  async start(): Promise<void> {
    this.#stopping = false;
    if (this.#phase.type !== 'ready') await this.#attempt(() => this.#host.start());
  }

  async stop(cause?: StopCause): Promise<void> {
    this.#stopping = true;
    await this.#host.stop(cause);
    this.#decided();
  }

  configure({ supervision, devices }: DriverSettings): void {
    this.#host.configure({ supervision, devices });
  }

  async recycle(cause: RecycleCause): Promise<void> {
    await this.#host.recycle(cause);
  }

  requestGc(): void {
    this.#host.requestGc().catch(() => undefined); // it is judged by its memory as it is
  }

  giveUp(): void {
    this.#host.trip();
  }

  /** To be handed to a successor. */
  get history(): HostHistory {
    return this.#host.history;
  }

  /** A Host that waits for an attempt, or for an operator, is tried now; resolves as `start` does. */
  async reset(): Promise<void> {
    if (this.#phase.type === 'ready') this.#host.reset();
    else await this.#attempt(() => this.#host.reset());
  }

  async #attempt(begin: () => void): Promise<void> {
    const decided = new Promise<void>((resolve) => this.#starting.push(resolve));
    begin();
    this.#decideIfSettled(); // it waits for a later attempt, or for an operator
    await decided;
  }

  #heard(event: HostEvent): void {
    if (event.type === 'down') this.#lastError = event.error;
    const before = this.#phase;
    this.#phase = this.#phaseOf(this.#host.snapshot.state);
    if (event.type === 'down') this.#listener.lost({ ...event, planned: isPlanned(event.cause) });
    if (event.type === 'ready') this.#listener.ready();
    if (before.type !== this.#phase.type) this.#listener.phaseChanged();
    this.#decideIfSettled();
  }

  #phaseOf(state: HostStateName): HomePhase {
    switch (state) {
      case 'stopped':
        return { type: 'stopped' };
      case 'starting':
        return { type: 'starting' };
      case 'ready':
        return { type: 'ready' };
      case 'draining':
        return this.#stopping
          ? { type: 'stopping' }
          : { type: 'recovering', error: this.#error('the Host is replaced') };
      case 'suspect':
      case 'ending':
      case 'backing-off':
        return { type: 'recovering', error: this.#error(`the Host is ${state}`) };
      case 'open':
      case 'refused':
      case 'unkillable':
        return { type: 'failed', error: this.#error(`the Host is ${state}`) };
    }
  }

  #error(message: string): GatewayError {
    return this.#lastError ?? new GatewayError({ code: 'HOST_NOT_READY', kind: 'host-lost', message });
  }

  /** A process that is ending has not decided anything: what it ends as comes next. */
  #decideIfSettled(): void {
    const { state } = this.#host.snapshot;
    if (state !== 'starting' && state !== 'ending' && state !== 'suspect') this.#decided();
  }

  #decided(): void {
    for (const resolve of this.#starting.splice(0)) resolve();
  }
}
