import type { HostLink, HostLinkOwner, PongMessage } from '@fieldwarden/channel';
import { messageOf, toGatewayError, type GatewayError } from '@fieldwarden/core';
import { hostEnded } from './death/death-record.js';
import { DeathRegister } from './death/death-register.js';
import { HostLog } from './process/host-log.js';
import { shiftDeadlines, step } from './machine/host-machine.js';
import type { HostEvent, HostListener, HostSnapshot, SupervisedProcess } from './host.js';
import type { HostName } from './host-name.js';
import {
  liveSpawn,
  newHost,
  type DeathCause,
  type HostEffect,
  type HostHistory,
  type HostInput,
  type HostModel,
  type PlannedCause,
  type StopCause,
} from './machine/host-state.js';
import { Incarnation } from './process/incarnation.js';
import { processParameters } from './process/process-parameters.js';
import { Listeners } from './listeners.js';
import { Pulse } from './process/pulse.js';
import { snapshotOf } from './machine/snapshot.js';
import { isHeldBack, type Starter } from './start/start-gate.js';
import type { SupervisedHostDeps } from './supervised-host-deps.js';
import { supervisionPolicy, type SupervisionPolicy, type SupervisionSettings } from './machine/supervision-settings.js';
import { Waiters } from './waiters.js';

/** Who is supervised, and how. */
export interface SupervisedSpec<Name extends HostName> {
  readonly name: Name;
  readonly link: HostLink;
  readonly supervision: SupervisionSettings;
  readonly history: HostHistory | undefined;
  readonly generation: () => number | null;
}

/** Carries out what the machine decides: processes, channel, timers, listeners. */
export class SupervisedHost<Name extends HostName> implements SupervisedProcess<Name>, Starter {
  readonly #name: Name;
  readonly #deps: SupervisedHostDeps<Name>;
  #policy: SupervisionPolicy;
  readonly #link: HostLink;
  readonly #owner: HostLinkOwner;
  readonly #log: HostLog;
  readonly #listeners: Listeners<HostEvent<Name>>;
  readonly #pulse: Pulse;
  readonly #inputs: HostInput[] = [];
  readonly #deaths: DeathRegister<Name>;
  readonly #waiters = new Waiters();
  #model: HostModel = newHost;
  #incarnation: Incarnation | undefined;
  #working = false;

  constructor({ name, link, supervision, history, generation }: SupervisedSpec<Name>, deps: SupervisedHostDeps<Name>) {
    this.#name = name;
    this.#link = link;
    this.#deps = deps;
    if (history) this.#model = { ...newHost, history };
    this.#policy = supervisionPolicy(supervision);
    this.#listeners = new Listeners(deps.logger);
    this.#pulse = new Pulse({
      clock: deps.clock,
      policy: () => this.#policy,
      ping: (nowMs) => link.ping(this.#incarnation!.heartbeat.nextPing(nowMs)),
      tick: (stallMs) => this.#tick(stallMs),
    });
    this.#log = new HostLog(deps.clock, deps.logger);
    this.#deaths = new DeathRegister({ ...deps, name, generation });
    this.#owner = {
      ready: () => this.#input({ type: 'ready', spawn: this.#liveSpawn() }),
      pong: (message) => this.#pong(message),
      log: ({ level, message, fields }) => this.#log.write(this.#liveSpawn(), 'channel', level, message, fields),
      fatal: (message) => this.#incarnation?.fatal(message),
      drained: () => this.#input({ type: 'drained', spawn: this.#liveSpawn() }),
      lost: (error) => this.#lost(error),
    };
  }

  get snapshot(): HostSnapshot<Name> {
    return snapshotOf({
      model: this.#model,
      clock: this.#deps.clock,
      pid: this.#incarnation?.pid,
      heartbeat: this.#incarnation?.heartbeat,
      pending: this.#link.pendingCalls,
      lateReplies: this.#link.lateReplies,
      droppedLogLines: this.#log.dropped,
      lastDeath: this.#deaths.last,
    });
  }

  start(): void {
    this.#input({ type: 'start' });
  }

  stop(cause: StopCause = 'operator'): Promise<void> {
    this.#input({ type: 'stop', cause });
    return this.#waiters.wait(() => this.#is('stopped', 'unkillable') || this.#wantsMore());
  }

  restart(): Promise<void> {
    return this.recycle('operator');
  }

  configure({ supervision }: { readonly supervision: SupervisionSettings }): void {
    this.#policy = supervisionPolicy(supervision);
    this.#pulse.hasten();
    this.#input({ type: 'tick' });
  }

  get history(): HostHistory {
    return this.#model.history;
  }

  recycle(cause: PlannedCause): Promise<void> {
    const before = this.#model.history.spawn;
    this.#input({ type: 'replace', cause });
    if (cause === 'wedge' && this.#is('ready', 'suspect')) return Promise.resolve();
    const settled = (): boolean => this.#is('ready', 'backing-off', 'open', 'refused', 'stopped', 'unkillable');
    return this.#waiters.wait(() => (this.#model.history.spawn > before || this.#is('unkillable')) && settled());
  }

  trip(): void {
    this.#input({ type: 'trip' });
  }

  requestGc(): Promise<void> {
    return this.#link.collectGarbage();
  }

  /** The gate opened. */
  mayStart(): void {
    this.#input({ type: 'tick' });
  }

  reset(): void {
    this.#input({ type: 'reset' });
  }

  onEvent(listener: HostListener<Name>): Disposable {
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
    this.#safely('a look at the start gate', () =>
      this.#deps.gate.look(this, {
        isStarting: this.#is('starting'),
        isHeldBack: isHeldBack(this.#model.state, this.#deps),
      }),
    );
    if (!this.#is('ready', 'suspect')) this.#pulse.stop();
    this.#pulse.arm(this.#model, isHeldBack(this.#model.state, this.#deps));
    this.#waiters.look();
  }

  #step(input: HostInput): void {
    const before = this.#model.state.name;
    const { clock, random, gate } = this.#deps;
    const { model, effects } = step(this.#model, input, {
      policy: this.#policy,
      nowMs: clock.monotonicMs(),
      random: random(),
      mayStart: gate.isOpen,
    });
    this.#model = model;
    for (const effect of effects) this.#safely(effect.type, () => this.#carryOut(effect, input));
    if (model.state.name === 'ready' && before === 'starting') this.#becameReady();
    if (model.state.name !== before) this.#listeners.emit({ type: 'state', state: model.state.name });
  }

  /** The machine has moved on: what fails on the way is told, and the rest of the way is gone all the same. */
  #safely(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#deps.logger.error(`supervision: ${what} failed: ${messageOf(error)}`, { ...this.#name, error });
    }
  }

  #carryOut(effect: HostEffect, input: HostInput): void {
    switch (effect.type) {
      case 'spawn':
        return this.#spawn(effect.spawn);
      case 'suspend':
        this.#link.setSuspect(true);
        return this.#listeners.emit({ type: 'suspect', spawn: this.#liveSpawn() });
      case 'resume':
        this.#link.setSuspect(false);
        return this.#listeners.emit({ type: 'recovered', spawn: this.#liveSpawn() });
      case 'drain':
        return this.#link.drain();
      case 'close-session':
        return this.#link.stop();
      case 'terminate':
        return this.#incarnation?.kill('SIGTERM');
      case 'capture-stack':
        return this.#captureStack();
      case 'kill':
        return this.#kill(effect.cause);
      case 'unkillable':
        return this.#buried(effect.cause, null, null);
      case 'down': {
        const { exitCode, signal } = input as Extract<HostInput, { type: 'exited' }>;
        return this.#buried(effect.cause, exitCode, signal);
      }
    }
  }

  #spawn(spawn: number): void {
    const { clock, gate, logger } = this.#deps;
    this.#log.startTail();
    const incarnation = new Incarnation(spawn, clock.monotonicMs());
    this.#incarnation = incarnation;
    gate.started(this, spawn > 1);
    try {
      const transport = incarnation.launch(this.#deps.launch, {
        ...this.#deps,
        onLine: (stream, line) => this.#log.write(spawn, stream, stream === 'stdout' ? 'info' : 'warn', line),
        onExit: (exitCode, signal, error) => this.#exited(spawn, exitCode, signal, error),
      });
      if (!transport) return;
      this.#deps.spawned(incarnation.pid!);
      this.#deps.spawnRefused(undefined);
      this.#link.attach(transport, processParameters(spawn, logger, gate.isCrowded), this.#owner);
    } catch (error) {
      this.#exited(spawn, null, null, toGatewayError(error, 'HOST_NOT_SPAWNED'));
    }
  }

  #exited(spawn: number, exitCode: number | null, signal: string | null, error?: GatewayError): void {
    const incarnation = this.#incarnation;
    if (incarnation?.spawn !== spawn) return;
    this.#safely('clearing up after a process', () => {
      // What the driver started and left behind goes with it.
      incarnation.kill('SIGKILL');
      if (incarnation.pid !== undefined) this.#deps.gone(incarnation.pid);
    });
    incarnation.blame(error);
    const notSpawned = incarnation.pid === undefined;
    if (notSpawned) this.#deps.spawnRefused(error);
    this.#input({ type: 'exited', spawn, exitCode, signal, notSpawned });
  }

  #becameReady(): void {
    const { spawn, pid, startedAtMs } = this.#incarnation!;
    const nowMs = this.#deps.clock.monotonicMs();
    this.#pulse.start();
    this.#listeners.emit({ type: 'ready', spawn, pid: pid!, startMs: nowMs - startedAtMs });
  }

  #pong(message: PongMessage): void {
    this.#incarnation?.pong(message, this.#deps.clock.monotonicMs());
    this.#input({ type: 'pong', spawn: this.#liveSpawn(), inspectorOpen: message.inspectorOpen });
  }

  #lost(error: GatewayError): void {
    if (error.kind !== 'host-lost') this.#incarnation?.blame(error);
    this.#input({
      type: 'channel-lost',
      spawn: this.#liveSpawn(),
      cause: error.kind === 'host-lost' ? 'exit' : 'protocol',
    });
  }

  #kill(cause: DeathCause): void {
    this.#link.detach(this.#lossError(cause, null, null));
    this.#incarnation?.kill('SIGKILL');
  }

  /** Everything that depended on the process ends in this tick: calls first, then the listeners hear of it. */
  #buried(cause: DeathCause, exitCode: number | null, signal: string | null): void {
    const error = this.#lossError(cause, exitCode, signal);
    this.#link.detach(error);
    const parts = { incarnation: this.#incarnation!, operations: this.#link.operations, logTail: this.#log.tail };
    const record = this.#deaths.enter({ ...parts, cause, exitCode, signal, error });
    this.#listeners.emit({ type: 'down', ...record });
  }

  #captureStack(): void {
    const spawn = this.#liveSpawn();
    this.#incarnation?.captureStack(() => this.#input({ type: 'stack-captured', spawn }));
  }

  #lossError(cause: DeathCause, exitCode: number | null, signal: string | null): GatewayError {
    return hostEnded({ name: this.#name, cause, exitCode, signal, why: this.#incarnation?.error });
  }

  #tick(stallMs: number): void {
    if (stallMs > 0) this.#model = shiftDeadlines(this.#model, stallMs);
    this.#input({ type: 'tick' });
  }

  #is(...names: readonly HostModel['state']['name'][]): boolean {
    return names.includes(this.#model.state.name);
  }

  #liveSpawn(): number {
    return liveSpawn(this.#model.state) ?? 0;
  }
}
