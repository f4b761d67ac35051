import type { GatewayError } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import type {
  Host,
  HostEvent,
  HostHistory,
  HostListener,
  HostSnapshot,
  HostSpec,
  HostStateName,
  PlannedCause,
  StopCause,
} from '@fieldwarden/supervisor';
import { failure, type LabDriver, type LabSession } from './lab-driver.js';

/** What Hosts do when they are asked; a test replaces what is to go another way. */
export interface HostBehaviour {
  started: (host: FakeHost) => void;
  stopping: (host: FakeHost) => void;
}

/** A Host without a process: its states come when a test says so, its events in the order in which the Supervisor tells them. */
export class FakeHost implements Host {
  readonly spec: HostSpec;
  readonly asked: string[] = [];
  /** The Proxy, once it has been ready. */
  session: DriverSession | undefined;
  history: HostHistory;
  readonly #lab: LabDriver;
  readonly #behaviour: HostBehaviour;
  readonly #listeners = new Set<HostListener>();
  #state: HostStateName = 'stopped';
  #lastCause: HostSnapshot['lastCause'] = null;
  #waiting: (() => void)[] = [];
  #running: LabSession | undefined;

  constructor(spec: HostSpec, lab: LabDriver, behaviour: HostBehaviour) {
    this.spec = spec;
    this.#lab = lab;
    this.#behaviour = behaviour;
    this.history = spec.history ?? newHistory;
  }

  get snapshot(): HostSnapshot {
    const { spawn, restarts, breaker } = this.history;
    const lastCause = this.#lastCause;
    return { ...quietSnapshot, state: this.#state, pid: 1_000 + spawn, spawn, restarts, crashLoop: breaker, lastCause };
  }

  start(): void {
    this.asked.push('start');
    if (this.#state !== 'stopped' && this.#state !== 'refused') return;
    this.#spawn();
  }

  stop(cause: StopCause = 'operator'): Promise<void> {
    this.asked.push(`stop ${cause}`);
    if (this.#state === 'backing-off' || this.#state === 'open' || this.#state === 'refused') this.#become('stopped');
    if (this.#state === 'stopped') return Promise.resolve();
    if (this.#state !== 'draining') this.#become('draining');
    this.#behaviour.stopping(this);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  restart(): Promise<void> {
    return this.recycle('operator');
  }

  async recycle(cause: PlannedCause): Promise<void> {
    this.asked.push(`recycle ${cause}`);
    await this.#endSession();
    this.#down(cause, 'backing-off', undefined);
    this.#spawn();
  }

  trip(): void {
    this.asked.push('trip');
    void this.#endSession();
    this.history = { ...this.history, breaker: 'open' };
    this.#down('wedge', 'open', failure('host-lost'));
  }

  reset(): void {
    this.asked.push('reset');
    this.history = { ...this.history, breaker: 'closed' };
    if (this.#state === 'open' || this.#state === 'refused') this.#spawn();
  }

  requestGc(): Promise<void> {
    return Promise.resolve();
  }

  configure(): void {
    this.asked.push('configure');
  }

  onEvent(listener: HostListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The process is ready: with the first one comes the Proxy, which stays. */
  ready(): void {
    this.#running = this.#lab.create(this.spec);
    this.session ??= this.#proxy();
    this.#state = 'ready';
    this.#emit({ type: 'ready', spawn: this.history.spawn, pid: 1_000 + this.history.spawn, startMs: 1 });
    this.#emit({ type: 'state', state: 'ready' });
  }

  suspect(): void {
    this.#become('suspect');
  }

  recover(): void {
    this.#become('ready');
  }

  /** It dies by itself; another start follows when a test says so. */
  crash(error: GatewayError = failure('host-lost')): void {
    void this.#endSession();
    const { restarts } = this.history;
    this.history = { ...this.history, restarts: { ...restarts, crash: restarts.crash + 1 } };
    this.#down('exit', 'backing-off', error);
  }

  /** Its channel is lost, its exit not seen yet. */
  ending(): void {
    this.#become('ending');
  }

  /** Its configuration can never work. */
  refuse(): void {
    this.#down('refused', 'refused', failure('config'));
  }

  respawn(): void {
    this.#spawn();
  }

  /** The process that was asked to stop is gone. */
  gone(): void {
    void this.#endSession();
    this.#down('operator', 'stopped', undefined);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #spawn(): void {
    this.history = { ...this.history, spawn: this.history.spawn + 1 };
    this.#become('starting');
    this.#behaviour.started(this);
  }

  /** Its members lead to whatever process runs. */
  #proxy(): DriverSession {
    const members = this.#lab.members.map((member) => [
      member,
      (...args: never[]) => this.#running?.answers.get(member)?.(...args),
    ]);
    return { ...(Object.fromEntries(members) as Partial<DriverSession>), close: () => Promise.resolve() };
  }

  async #endSession(): Promise<void> {
    await this.#running?.offered.close();
  }

  #become(state: HostStateName): void {
    this.#state = state;
    this.#emit({ type: 'state', state });
  }

  #down(cause: PlannedCause | 'exit' | 'refused', state: HostStateName, error = failure('host-lost')): void {
    this.#state = state;
    this.#lastCause = cause;
    this.#emit({
      type: 'down',
      driverId: this.spec.driverId,
      spawn: this.history.spawn,
      cause,
      exitCode: null,
      signal: null,
      error,
      atMs: 0,
      stack: undefined,
      stackMissing: undefined,
      logTail: [],
      postMortemId: undefined,
    });
    this.#emit({ type: 'state', state });
  }

  #emit(event: HostEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Makes them, and has each ready as soon as it was started, and gone as soon as it was stopped, unless a test wants otherwise. */
export class FakeSupervisor {
  readonly hosts: FakeHost[] = [];
  readonly behaviour: HostBehaviour = {
    started: (host) => queueMicrotask(() => host.ready()),
    stopping: (host) => queueMicrotask(() => host.gone()),
  };
  readonly #lab: LabDriver;

  constructor(lab: LabDriver) {
    this.#lab = lab;
  }

  createHost(spec: HostSpec): FakeHost {
    const host = new FakeHost(spec, this.#lab, this.behaviour);
    this.hosts.push(host);
    return host;
  }

  /** The newest. */
  get host(): FakeHost {
    const host = this.hosts.at(-1);
    if (!host) throw new Error('no Host was made yet');
    return host;
  }
}

const newHistory: HostHistory = {
  spawn: 0,
  crashTimesMs: [],
  failedStarts: 0,
  backoffStep: 0,
  lastDelayMs: 0,
  breaker: 'closed',
  halfOpenAttempts: 0,
  restarts: { crash: 0, recycle: 0, operator: 0 },
};

const quietSnapshot: Omit<HostSnapshot, 'state' | 'pid' | 'spawn' | 'restarts' | 'crashLoop' | 'lastCause'> = {
  upMs: null,
  nextAttemptAt: null,
  heartbeatMs: null,
  roundTripMs: null,
  loopLagMs: null,
  pending: 0,
  progress: 0,
  lateReplies: 0,
  conflatedValues: 0,
  droppedLogLines: 0,
  memoryBytes: null,
  heapUsedBytes: null,
  rssBytes: null,
  inspectorOpen: false,
  cpuPercent: null,
  lastError: null,
  lastDeath: null,
};
