import type { Origin } from '@fieldwarden/gateway-contract';
import type { ServiceReport } from '@fieldwarden/channel';
import { GatewayError, messageOf, type Logger, type Timer } from '@fieldwarden/core';

import {
  isPlanned,
  liveSpawn,
  newHost,
  nextDueMs,
  snapshotOf,
  step,
  supervisionPolicy,
  Waiters,
  type DeathCause,
  type HostEffect,
  type HostHistory,
  type HostInput,
  type HostModel,
  type PlannedCause,
  type StopCause,
  type SupervisionPolicy,
} from '@fieldwarden/supervisor';
import { changesLive } from './changes-live.js';
import { HomeListeners } from './home-listeners.js';
import { InProcessRun } from './in-process-run.js';
import { KeptPort } from './kept-port.js';
import { factsOf, failureOf } from './service-facts.js';
import type { ServiceFacts, ServiceFailure, ServiceHome, ServiceInstance, ServiceLoss } from './service-home.js';
import type { ServiceSurroundings } from './service-surroundings.js';

/**
 * A service in the gateway's own process, for small boxes that say so (SPEC §16.4). It lives by the machine of the Hosts: the same
 * backoff, crash loop and stop ladder, where a run of the service stands for a process.
 */
export class InProcessServiceHome implements ServiceHome {
  readonly #instance: ServiceInstance;
  readonly #around: ServiceSurroundings;
  readonly #policy: SupervisionPolicy;
  readonly #logger: Logger;
  readonly #listeners: HomeListeners;
  readonly #waiters = new Waiters();
  readonly #inputs: HostInput[] = [];
  readonly #port: KeptPort;
  #model: HostModel = newHost;
  #working = false;
  #timer: Timer | undefined;
  #run: InProcessRun | undefined;
  #settings: unknown;
  #report: ServiceReport | undefined;
  #failure: ServiceFailure | undefined;
  #lastCause: DeathCause | null = null;
  #hasFailed = false;
  #isStopping = false;
  #pending = 0;
  #progress = 0;

  constructor(instance: ServiceInstance, around: ServiceSurroundings) {
    this.#instance = instance;
    this.#around = around;
    this.#logger = around.logger.child({ serviceId: instance.id });
    this.#listeners = new HomeListeners(this.#logger);
    this.#port = new KeptPort(instance.port);
    if (instance.history) this.#model = { ...newHost, history: instance.history };
    const policy = supervisionPolicy(instance.supervision);
    // Nobody can ask a part of this process whether this process still runs.
    this.#policy = { ...policy, suspectMs: Infinity, hangKillMs: Infinity, exitWaitMs: policy.terminateMs };
  }

  get facts(): ServiceFacts {
    const snapshot = snapshotOf({
      model: this.#model,
      clock: this.#around.clock,
      pid: undefined,
      heartbeat: undefined,
      pending: this.#pending,
      lateReplies: 0,
      droppedLogLines: 0,
      lastDeath: undefined,
    });
    return factsOf({
      instance: this.#instance,
      isolation: 'in-process',
      snapshot: { ...snapshot, heartbeatMs: null, lastCause: this.#lastCause },
      address: this.#run?.address,
      report: this.#report,
      failure: this.#failure,
      hasFailed: this.#hasFailed,
      isStopping: this.#isStopping,
      progress: this.#progress,
      conflatedValues: 0,
    });
  }

  get history(): HostHistory {
    return this.#model.history;
  }

  async start(settings: unknown): Promise<void> {
    this.#settings = settings;
    this.#isStopping = false;
    this.#input({ type: 'start' });
    await this.#decided();
  }

  async apply(settings: unknown): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    if (this.#is('stopped') || this.#isStopping) return;
    if (this.#is('ready') && (await this.#tookOver(before, settings))) return;
    // Nobody waits for an `apply` that takes its time: it may have been stopped meanwhile.
    if (this.#isStopping) return;
    this.#port.settingsChanged();
    await this.#anew('configuration');
  }

  async stop(cause: StopCause = 'operator'): Promise<void> {
    this.#isStopping = true;
    this.#input({ type: 'stop', cause });
    await this.#waiters.wait(() => this.#is('stopped') || !this.#isStopping);
  }

  async restart(): Promise<void> {
    await this.#anew('operator');
  }

  async recycle(cause: PlannedCause): Promise<void> {
    this.#input({ type: 'replace', cause });
    await this.#decided();
  }

  giveUp(): void {
    this.#input({ type: 'trip' });
  }

  requestGc(): void {
    // The gateway's own collector needs no asking.
  }

  async request(name: string, body: unknown, origin: Origin): Promise<unknown> {
    const run = this.#is('ready') && !this.#hasFailed ? this.#run : undefined;
    if (!run) throw notRunning(this.#instance.id);
    this.#pending += 1;
    try {
      return await run.request(name, body, origin);
    } finally {
      this.#pending -= 1;
      this.#progress += 1;
    }
  }

  onChange(listener: () => void): Disposable {
    return this.#listeners.onChange(listener);
  }

  onLoss(listener: (loss: ServiceLoss) => void): Disposable {
    return this.#listeners.onLoss(listener);
  }

  /** Forgets the crashes and begins again: what waits starts at once, what runs is replaced. */
  async #anew(cause: StopCause): Promise<void> {
    this.#isStopping = false;
    const waited = this.#is('backing-off', 'open');
    this.#input({ type: 'reset' });
    if (!waited) this.#input({ type: 'replace', cause });
    await this.#decided();
  }

  async #tookOver(before: unknown, settings: unknown): Promise<boolean> {
    if (!changesLive(this.#instance.definition, before, settings, this.#logger)) return false;
    try {
      await this.#run!.apply(settings);
      return true;
    } catch (error) {
      this.#logger.warn(`the service did not take its settings over, it is started anew: ${messageOf(error)}`, {
        error,
      });
      return false;
    }
  }

  #decided(): Promise<void> {
    return this.#waiters.wait(() => !this.#is('starting', 'draining', 'ending'));
  }

  /** Inputs that arise while one is being worked on come after it. */
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
    this.#look();
  }

  #step(input: HostInput): void {
    const { clock, random } = this.#around;
    const context = { policy: this.#policy, nowMs: clock.monotonicMs(), random: random(), mayStart: true };
    const { model, effects } = step(this.#model, input, context);
    this.#model = model;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: HostEffect): void {
    const spawn = liveSpawn(this.#model.state) ?? 0;
    switch (effect.type) {
      case 'spawn':
        return this.#begin(effect.spawn);
      case 'drain':
        // Its requests are answered while it stops, or never: there is nothing else to wait for.
        return void this.#inputs.push({ type: 'drained', spawn });
      case 'close-session':
      case 'terminate':
        return this.#end(spawn);
      case 'kill':
        return this.#abandon(spawn);
      case 'down':
        return this.#down(effect.spawn, effect.cause);
      default:
        // Suspicion, stacks and processes that can't be killed are for Hosts.
        return undefined;
    }
  }

  #begin(spawn: number): void {
    this.#run = new InProcessRun({
      instance: this.#instance,
      settings: this.#settings,
      port: this.#port.port,
      around: this.#around,
      ready: () => {
        this.#hasFailed = false;
        this.#port.works(this.#instance.definition.port && this.#run?.address?.port);
        this.#input({ type: 'ready', spawn });
      },
      reported: (report) => {
        this.#report = report;
        this.#look();
      },
      failed: (error) => {
        this.#failed(error);
        this.#input({ type: 'channel-lost', spawn, cause: 'exit' });
        this.#end(spawn);
      },
    });
    this.#run.start();
  }

  #failed(error: GatewayError): void {
    if (this.#is('starting')) this.#port.failed();
    this.#hasFailed = true;
    this.#failure = failureOf(error, this.#around.clock.wallMs());
  }

  #end(spawn: number): void {
    void this.#run?.stop().then(() => this.#input({ type: 'exited', spawn, exitCode: 0, signal: null }));
  }

  #abandon(spawn: number): void {
    this.#logger.error('the service does not end; it is left to itself', { spawn });
    this.#run?.giveUp();
    this.#inputs.push({ type: 'exited', spawn, exitCode: null, signal: null });
  }

  #down(spawn: number, cause: DeathCause): void {
    const planned = isPlanned(cause);
    this.#run = undefined;
    this.#report = undefined;
    this.#lastCause = cause;
    if (planned) this.#hasFailed = false;
    else if (!this.#hasFailed) this.#failed(ended(this.#instance.id, cause));
    const message = planned ? `service ${this.#instance.id} ended (${cause})` : this.#failure!.message;
    const level = planned ? 'info' : 'warn';
    this.#logger[level]('the service is down', { spawn, cause, error: message });
    this.#listeners.lost({ serviceId: this.#instance.id, cause, spawn, message, postMortemId: undefined, planned });
  }

  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const dueMs = nextDueMs(this.#model, this.#policy);
    if (dueMs === undefined || dueMs === Infinity) return;
    const { clock } = this.#around;
    this.#timer = clock.setTimer(() => this.#input({ type: 'tick' }), Math.max(0, dueMs - clock.monotonicMs()));
  }

  #look(): void {
    this.#listeners.look(this.facts);
    this.#waiters.look();
  }

  #is(...names: readonly HostModel['state']['name'][]): boolean {
    return names.includes(this.#model.state.name);
  }
}

function notRunning(serviceId: string): GatewayError {
  const message = `service ${serviceId} does not run`;
  return new GatewayError({ code: 'SERVICE_NOT_RUNNING', kind: 'unreachable', message });
}

function ended(serviceId: string, cause: DeathCause): GatewayError {
  const message = `service ${serviceId} ended (${cause})`;
  return new GatewayError({ code: 'SERVICE_FAILED', kind: cause === 'start-timeout' ? 'timeout' : 'bug', message });
}
