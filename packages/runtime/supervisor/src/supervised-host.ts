import {
  HostClient,
  type FatalMessage,
  type InitParameters,
  type LogMessage,
  type PongMessage,
} from '@fieldwarden/channel';
import {
  errorFromData,
  GatewayError,
  toGatewayError,
  type Clock,
  type Logger,
  type LogLevel,
  type Timer,
} from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { hostEnded, type DeathRecord } from './death-record.js';
import { Heartbeat } from './heartbeat.js';
import { HostLog } from './host-log.js';
import { nextDueMs, shiftDeadlines, step } from './host-machine.js';
import { HostProcess } from './host-process.js';
import type { Host, HostListener, HostSnapshot, HostSpec } from './host.js';
import {
  liveSpawn,
  newHost,
  type DeathCause,
  type HostEffect,
  type HostHistory,
  type HostInput,
  type HostModel,
  type PlannedCause,
} from './host-state.js';
import { Listeners } from './listeners.js';
import { ownStallMs } from './liveness.js';
import { snapshotOf } from './snapshot.js';
import { supervisionPolicy, type SupervisionPolicy } from './supervision-settings.js';
import { Waiters } from './waiters.js';

export interface SupervisedHostDeps {
  readonly hostMain: string;
  readonly parentDeathSignal: boolean;
  readonly compileCacheDir: string | undefined;
  readonly clock: Clock;
  /** Bound to driverId and driverType. */
  readonly logger: Logger;
  readonly random: () => number;
  readonly spawned: (pid: number) => void;
  readonly gone: (pid: number) => void;
}

/** All that belongs to one process and goes with it. */
interface Incarnation {
  readonly spawn: number;
  readonly process: HostProcess | undefined;
  readonly startedAtMs: number;
  readonly heartbeat: Heartbeat;
  /** The first reason that anybody had to hold against it. */
  error: GatewayError | undefined;
  stack: string | undefined;
}

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Carries out what the machine decides: processes, channel, timers, listeners. */
export class SupervisedHost implements Host {
  readonly #spec: HostSpec;
  readonly #deps: SupervisedHostDeps;
  readonly #policy: SupervisionPolicy;
  readonly #client: HostClient;
  readonly #log: HostLog;
  readonly #listeners: Listeners;
  readonly #inputs: HostInput[] = [];
  readonly #waiters = new Waiters();
  #model: HostModel = newHost;
  #incarnation: Incarnation | undefined;
  #lastDeath: DeathRecord | undefined;
  #timer: Timer | undefined;
  #timerDueMs = 0;
  #nextPingAtMs = 0;
  #working = false;

  constructor(spec: HostSpec, deps: SupervisedHostDeps) {
    this.#spec = spec;
    this.#deps = deps;
    if (spec.history) this.#model = { ...newHost, history: spec.history };
    this.#policy = supervisionPolicy(spec.supervision);
    this.#listeners = new Listeners(deps.logger);
    this.#log = new HostLog(deps.clock, deps.logger);
    this.#client = new HostClient({
      driverId: spec.driverId,
      clock: deps.clock,
      logger: deps.logger,
      owner: {
        ready: () => this.#input({ type: 'ready', spawn: this.#liveSpawn() }),
        pong: (message) => this.#pong(message),
        log: (message) => this.#record(message),
        fatal: (message) => this.#fatal(message),
        drained: () => this.#input({ type: 'drained', spawn: this.#liveSpawn() }),
        lost: (error) => this.#lost(error),
      },
    });
  }

  get session(): DriverSession | undefined {
    return this.#client.session;
  }

  get snapshot(): HostSnapshot {
    return snapshotOf({
      model: this.#model,
      clock: this.#deps.clock,
      pid: this.#incarnation?.process?.pid,
      heartbeat: this.#incarnation?.heartbeat,
      pending: this.#client.pendingCalls,
      lateReplies: this.#client.lateReplies,
      droppedLogLines: this.#log.dropped,
      lastDeath: this.#lastDeath,
    });
  }

  start(): void {
    this.#input({ type: 'start' });
  }

  stop(): Promise<void> {
    this.#input({ type: 'stop' });
    return this.#waiters.wait(() => this.#is('stopped', 'unkillable') || this.#wantsMore());
  }

  restart(): Promise<void> {
    return this.recycle('operator');
  }

  get history(): HostHistory {
    return this.#model.history;
  }

  recycle(cause: PlannedCause): Promise<void> {
    const before = this.#model.history.spawn;
    this.#input({ type: 'replace', cause });
    const settled = (): boolean => this.#is('ready', 'backing-off', 'open', 'refused', 'stopped', 'unkillable');
    return this.#waiters.wait(() => (this.#model.history.spawn > before || this.#is('unkillable')) && settled());
  }

  reset(): void {
    this.#input({ type: 'reset' });
  }

  onEvent(listener: HostListener): Disposable {
    return this.#listeners.add(listener);
  }

  /** A later start overtook the stop: whoever waits for the stop shall not wait for ever. */
  #wantsMore(): boolean {
    const { state } = this.#model;
    return 'then' in state ? state.then !== 'stop' : true;
  }

  /** Inputs that arise while one is being worked on (a listener calls `stop`) come after it. */
  #input(input: HostInput): void {
    this.#inputs.push(input);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#working = false;
    }
    this.#arm();
    this.#waiters.look();
  }

  #step(input: HostInput): void {
    const before = this.#model.state.name;
    const { clock, random } = this.#deps;
    const { model, effects } = step(this.#model, input, {
      policy: this.#policy,
      nowMs: clock.monotonicMs(),
      random: random(),
    });
    this.#model = model;
    for (const effect of effects) this.#carryOut(effect, input);
    if (model.state.name === 'ready' && before === 'starting') this.#becameReady();
    if (model.state.name !== before) this.#listeners.emit({ type: 'state', state: model.state.name });
  }

  #carryOut(effect: HostEffect, input: HostInput): void {
    switch (effect.type) {
      case 'spawn':
        return this.#spawn(effect.spawn);
      case 'suspend':
        this.#client.setSuspect(true);
        return this.#listeners.emit({ type: 'suspect', spawn: this.#liveSpawn() });
      case 'resume':
        this.#client.setSuspect(false);
        return this.#listeners.emit({ type: 'recovered', spawn: this.#liveSpawn() });
      case 'drain':
        return this.#client.drain();
      case 'close-session':
        return this.#client.stop();
      case 'terminate':
        return this.#incarnation?.process?.kill('SIGTERM');
      case 'capture-stack':
        return this.#captureStack(this.#liveSpawn());
      case 'kill':
        return this.#kill(effect.cause);
      case 'unkillable':
        return this.#buried(effect.spawn, effect.cause, null, null);
      case 'down': {
        const { exitCode, signal } = input as Extract<HostInput, { type: 'exited' }>;
        return this.#buried(effect.spawn, effect.cause, exitCode, signal);
      }
    }
  }

  #spawn(spawn: number): void {
    const { clock } = this.#deps;
    this.#log.startTail();
    const startedAtMs = clock.monotonicMs();
    this.#incarnation = {
      spawn,
      process: undefined,
      startedAtMs,
      heartbeat: new Heartbeat(),
      error: undefined,
      stack: undefined,
    };
    try {
      const process = this.#newProcess(spawn);
      this.#incarnation = { ...this.#incarnation, process };
      if (process.pid === undefined) return;
      this.#deps.spawned(process.pid);
      this.#client.attach(process.transport, this.#initParameters(spawn));
    } catch (error) {
      this.#exited(spawn, null, null, toGatewayError(error, 'HOST_NOT_SPAWNED'));
    }
  }

  #newProcess(spawn: number): HostProcess {
    const { hostMain, parentDeathSignal, compileCacheDir, clock } = this.#deps;
    return new HostProcess({
      hostMain,
      parentDeathSignal,
      compileCacheDir,
      clock,
      onLine: (stream, line) => this.#log.write(spawn, stream, stream === 'stdout' ? 'info' : 'warn', line),
      onExit: (exitCode, signal, error) => this.#exited(spawn, exitCode, signal, error),
    });
  }

  #initParameters(spawn: number): InitParameters {
    const { driverId, driverType, entry, options, devices } = this.#spec;
    const levels = logLevels.filter((level) => this.#deps.logger.enabled(level));
    return { driverId, driverType, entry, options, devices, spawn, logLevels: levels };
  }

  #exited(spawn: number, exitCode: number | null, signal: string | null, error?: GatewayError): void {
    if (this.#incarnation?.spawn !== spawn) return;
    const { process } = this.#incarnation;
    // What the driver started and left behind goes with it.
    process?.kill('SIGKILL');
    if (process?.pid !== undefined) this.#deps.gone(process.pid);
    this.#incarnation.error ??= error;
    this.#input({ type: 'exited', spawn, exitCode, signal });
  }

  #becameReady(): void {
    const { spawn, process, startedAtMs } = this.#incarnation!;
    const nowMs = this.#deps.clock.monotonicMs();
    this.#nextPingAtMs = nowMs + this.#policy.pingMs;
    this.#listeners.emit({ type: 'ready', spawn, pid: process!.pid!, startMs: nowMs - startedAtMs });
  }

  #pong(message: PongMessage): void {
    this.#incarnation?.heartbeat.pong(message, this.#deps.clock.monotonicMs());
    this.#input({ type: 'pong', spawn: this.#liveSpawn(), inspectorOpen: message.inspectorOpen });
  }

  #record({ level, message, fields }: LogMessage): void {
    this.#log.write(this.#liveSpawn(), 'channel', level, message, fields);
  }

  #fatal({ error }: FatalMessage): void {
    if (!this.#incarnation) return;
    this.#incarnation.error ??= errorFromData(error);
    this.#incarnation.stack ??= error.cause?.stack ?? error.stack;
  }

  #lost(error: GatewayError): void {
    if (this.#incarnation && error.kind === 'protocol') this.#incarnation.error ??= error;
    this.#input({
      type: 'channel-lost',
      spawn: this.#liveSpawn(),
      cause: error.kind === 'host-lost' ? 'exit' : 'protocol',
    });
  }

  #captureStack(spawn: number): void {
    const incarnation = this.#incarnation;
    incarnation?.process?.captureStack((stack) => {
      incarnation.stack ??= stack;
      this.#input({ type: 'stack-captured', spawn });
    });
  }

  #kill(cause: DeathCause): void {
    this.#client.detach(this.#lossError(cause, null, null));
    this.#incarnation?.process?.kill('SIGKILL');
  }

  /** Everything that depended on the process ends in this tick: calls first, then the listeners hear of it. */
  #buried(spawn: number, cause: DeathCause, exitCode: number | null, signal: string | null): void {
    const error = this.#lossError(cause, exitCode, signal);
    this.#client.detach(error);
    const { stack } = this.#incarnation!;
    const atMs = this.#deps.clock.wallMs();
    const { driverId } = this.#spec;
    this.#lastDeath = { driverId, spawn, cause, exitCode, signal, error, atMs, stack, logTail: this.#log.tail };
    this.#deps.logger.warn('the Host is down', { spawn, cause, exitCode, signal, error: error.message });
    this.#listeners.emit({ type: 'down', ...this.#lastDeath });
  }

  #lossError(cause: DeathCause, exitCode: number | null, signal: string | null): GatewayError {
    return hostEnded({ driverId: this.#spec.driverId, cause, exitCode, signal, why: this.#incarnation?.error });
  }

  /** One timer for the next deadline or ping, whichever comes first. */
  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const pingDueMs = this.#pings() ? this.#nextPingAtMs : Number.POSITIVE_INFINITY;
    const dueMs = Math.min(nextDueMs(this.#model, this.#policy) ?? Number.POSITIVE_INFINITY, pingDueMs);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timerDueMs = dueMs;
    this.#timer = this.#deps.clock.setTimer(() => this.#tick(), Math.max(0, dueMs - this.#deps.clock.monotonicMs()));
  }

  #tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const stallMs = ownStallMs(this.#timerDueMs, nowMs);
    if (stallMs > 0) this.#model = shiftDeadlines(this.#model, stallMs);
    if (this.#pings() && nowMs >= this.#nextPingAtMs) {
      this.#nextPingAtMs = nowMs + this.#policy.pingMs;
      this.#client.ping(this.#incarnation!.heartbeat.nextPing(nowMs));
    }
    this.#input({ type: 'tick' });
  }

  #pings(): boolean {
    return this.#is('ready', 'suspect');
  }

  #is(...names: readonly HostModel['state']['name'][]): boolean {
    return names.includes(this.#model.state.name);
  }

  #liveSpawn(): number {
    return liveSpawn(this.#model.state) ?? 0;
  }
}
