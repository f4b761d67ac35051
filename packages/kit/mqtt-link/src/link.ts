import { delay, GatewayError, isGatewayError, messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import { AcknowledgeWatch } from './rules/acknowledge-watch.js';
import { backOffMs, longBackOffMs, steadyMs } from './rules/back-off.js';
import { formatBrokerAddress, parseBrokerUrl, type BrokerAddress } from './naming/broker-url.js';
import type { BrokerConnection, ConnectionEnd } from './connection.js';
import { endProblem } from './end-problem.js';
import { setHalfTimer } from './rules/half-timer.js';
import { unreachableProblem, type LinkProblem } from './link-problem.js';
import type { LinkSettings } from './link-settings.js';
import type { LinkState } from './link-state.js';
import {
  lost,
  type IncomingMessage,
  type OutgoingMessage,
  type PublishFate,
  type Subscription,
  type SubscriptionOutcome,
  type Will,
} from './messages.js';
import { TakenId } from './rules/taken-id.js';
import type { UnansweredConnect } from './unanswered-connect.js';
import { readTlsFiles } from './naming/tls-files.js';
import { VersionChoice } from './rules/version-choice.js';
import { WillChoice } from './rules/will-choice.js';

export interface LinkDependencies {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Who has the link. What is thrown here is logged and goes no further. */
export interface LinkOwner {
  /** Called for every new state. What was under way has been told to be lost before a state other than `connected`. */
  stateChanged(state: LinkState): void;
  message?(message: IncomingMessage): void;
  /** There is room to publish again. */
  drained?(): void;
  /** Asked with an open stream, right before each CONNECT packet; a rejection counts as an attempt that failed. */
  will?(): Promise<Will | undefined> | Will | undefined;
  /** A connection of `livedMs` ended: whether something that the owner sent is known to be the reason, rather than another client with this id. */
  isToBlame?(livedMs: number): boolean;
}

export interface StopOptions {
  /** Last messages: sent when everything under way has its fate, or half of the time has passed. */
  readonly farewell?: readonly OutgoingMessage[];
  /** Default 2,000. */
  readonly deadlineMs?: number;
  /** Of the DISCONNECT packet (MQTT 5): 4 lets the broker publish the will. Default 0. */
  readonly reasonCode?: number;
}

const defaultStopMs = 2_000;
/** How long the broker may take to hang up after DISCONNECT. */
const hangUpMs = 500;

/**
 * A broker, one connection after the other: it connects, waits longer after each failure, and says what is wrong in words. It keeps no
 * messages: what was under way when a connection ended is told to be lost, and whoever sent it sends it again.
 */
export class MqttLink {
  readonly #settings: LinkSettings;
  readonly #owner: LinkOwner;
  readonly #deps: LinkDependencies;
  readonly #address: BrokerAddress;
  readonly #versions: VersionChoice;
  readonly #wills = new WillChoice();
  readonly #takenId = new TakenId();
  #state: LinkState = { name: 'stopped' };
  #connection: BrokerConnection | undefined;
  #watch: AcknowledgeWatch | undefined;
  #attempt: AbortController | undefined;
  #unanswered: UnansweredConnect | undefined;
  #opening: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;
  #failures = 0;
  #connects = 0;
  #ownProblem: LinkProblem | undefined;
  #isStopping = false;
  #onEnd: (() => void) | undefined;

  /** Throws kind `config` for a URL that is none. */
  constructor(settings: LinkSettings, owner: LinkOwner, deps: LinkDependencies) {
    this.#settings = settings;
    this.#owner = owner;
    this.#deps = deps;
    this.#address = parseBrokerUrl(settings.url);
    this.#versions = new VersionChoice(settings.version);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** `mqtt://broker.plant:1883`. */
  get broker(): string {
    return formatBrokerAddress(this.#address);
  }

  /** Connections that the broker took. */
  get connects(): number {
    return this.#connects;
  }

  /** How many messages may be handed over now: 0 while there is no connection. */
  get room(): number {
    return this.#connection?.room ?? 0;
  }

  /** Handed over, fate open. */
  get underWay(): number {
    return this.#connection?.underWay ?? 0;
  }

  /** Called once. */
  start(): void {
    this.#connect();
  }

  /**
   * Hands a message over, if there is `room`. `settled` is called exactly once, at once where there is no connection. Beyond the room it is
   * a bug of the caller and throws.
   */
  publish(message: OutgoingMessage, settled: (fate: PublishFate) => void): void {
    const connection = this.#connection;
    if (!connection) return settled(lost);
    if (connection.room === 0) throw noRoom();
    connection.publish(message, settled);
  }

  /** Rejects, kind `unreachable`, when there is no connection, or it ends first. */
  async subscribe(subscriptions: readonly Subscription[]): Promise<readonly SubscriptionOutcome[]> {
    return await this.#connected().subscribe(subscriptions);
  }

  /** Rejects, kind `unreachable`, when there is no connection, or it ends first. */
  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.#connected().unsubscribe(filters);
  }

  /** Leaves a connection that seems to be alive and is of no use; `message` says why, for people. */
  reconnect(message: string): void {
    if (!this.#connection) return;
    this.#leave({ kind: 'asked', message });
  }

  /** Resolves when the connection is closed; never rejects. */
  async stop({ farewell = [], deadlineMs = defaultStopMs, reasonCode = 0 }: StopOptions = {}): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#timer?.[Symbol.dispose]();
    await this.#endOpening(farewell, deadlineMs, reasonCode);
    const connection = this.#connection;
    if (connection) {
      await this.#idle(connection, deadlineMs / 2);
      for (const message of farewell) if (connection.room > 0) connection.publish(message, () => undefined);
      await this.#idle(connection, deadlineMs / 2);
      await this.#hangUp(connection, reasonCode);
    }
    this.#watch?.[Symbol.dispose]();
    this.#setState({ name: 'stopped' });
  }

  /** A CONNECT that is out gets half of the time to be answered; then it is taken back. */
  async #endOpening(farewell: readonly OutgoingMessage[], deadlineMs: number, reasonCode: number): Promise<void> {
    if (this.#unanswered) {
      const patience = new AbortController();
      const late = delay(this.#deps.clock, deadlineMs / 2, patience.signal).catch(() => undefined);
      await Promise.race([this.#opening, late]);
      patience.abort();
    }
    this.#unanswered?.leave(farewell, reasonCode);
    this.#attempt?.abort(new Error('the link is stopped'));
    await this.#opening;
  }

  #connected(): BrokerConnection {
    if (this.#connection) return this.#connection;
    const message = `there is no connection to the broker ${this.broker}`;
    throw new GatewayError({ code: 'MQTT_NOT_CONNECTED', kind: 'unreachable', message });
  }

  #connect(): void {
    const problem = this.#state.name === 'waiting' ? this.#state.problem : undefined;
    this.#setState({ name: 'connecting', problem });
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { clock } = this.#deps;
    const timeout = setHalfTimer(clock, () => attempt.abort(timedOut()), this.#settings.connectTimeoutMs);
    this.#opening = this.#open(attempt.signal)
      .catch((error: unknown) =>
        this.#failed(problemOf(this.broker, attempt.signal.aborted ? attempt.signal.reason : error)),
      )
      .finally(() => timeout[Symbol.dispose]());
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { clientId, username, password, tls, cleanStart, sessionExpirySeconds, keepaliveSeconds } = this.#settings;
    const { clock, logger } = this.#deps;
    const [{ openStream }, { BrokerConnection: Connection }, { UnansweredConnect: Unanswered }] = await Promise.all([
      import('./open-stream.js'),
      import('./connection.js'),
      import('./unanswered-connect.js'),
    ]);
    const { version } = this.#versions;
    const stream = await openStream(this.#address, { ...readTlsFiles(tls), alpn: tls.alpn }, signal);
    const leave = (): void => {
      if (this.#unanswered) this.#unanswered.leave([], 0);
      else stream.destroy();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      const will = this.#wills.lowered(await this.#owner.will?.());
      signal.throwIfAborted();
      const hello = { clientId, username, password, version, cleanStart, sessionExpirySeconds, keepaliveSeconds, will };
      this.#unanswered = new Unanswered(stream, version, clock);
      const connection = await Connection.open(stream, hello, {
        monotonicMs: () => clock.monotonicMs(),
        logger,
        onMessage: (message) => this.#owner.message?.(message),
        onDrain: () => this.#owner.drained?.(),
        onEnd: (end) => this.#ended(end, signal),
      });
      if (connection) this.#taken(connection);
    } catch (error) {
      stream.destroy();
      throw error;
    } finally {
      this.#unanswered = undefined;
      signal.removeEventListener('abort', leave);
    }
  }

  #taken(connection: BrokerConnection): void {
    this.#connection = connection;
    this.#connects += 1;
    this.#ownProblem = undefined;
    const { clock } = this.#deps;
    this.#watch = new AcknowledgeWatch(clock, connection, this.#settings.acknowledgeTimeoutMs, () =>
      this.#leave({ kind: 'silent', message: `the broker ${this.broker} takes messages and acknowledges none` }),
    );
    const { version, limits, sessionPresent } = connection;
    this.#setState({ name: 'connected', version: version === 5 ? '5' : '3.1.1', limits, sessionPresent });
  }

  #leave(problem: LinkProblem): void {
    this.#ownProblem = problem;
    this.#connection?.destroy();
  }

  #ended(end: ConnectionEnd, signal: AbortSignal): void {
    this.#connection = undefined;
    this.#watch?.[Symbol.dispose]();
    this.#onEnd?.();
    if (this.#isStopping) return;
    if (end.livedMs === undefined) return this.#notTaken(end, signal);
    this.#wills.again();
    const { clientId } = this.#settings;
    const isExplained = this.#ownProblem !== undefined || (this.#owner.isToBlame?.(end.livedMs) ?? false);
    const isTaken = this.#takenId.closed(end.livedMs, isExplained || (end.error !== undefined && !isReset(end.error)));
    const problem = this.#ownProblem ?? endProblem({ broker: this.broker, clientId, end, isTaken });
    if (end.livedMs >= steadyMs) this.#failures = 0;
    this.#failed(problem);
  }

  /** The stream was open, and no CONNACK said yes. */
  #notTaken(end: ConnectionEnd, signal: AbortSignal): void {
    const isWorthAnother =
      !signal.aborted && (this.#wills.failed(end.refusedCode) || this.#versions.failed(end.refusedCode));
    if (isWorthAnother) return this.#connect();
    if (signal.aborted) return this.#failed(problemOf(this.broker, signal.reason));
    this.#failed(endProblem({ broker: this.broker, clientId: this.#settings.clientId, end, isTaken: false }));
  }

  #failed(problem: LinkProblem): void {
    if (this.#isStopping) return;
    this.#failures += 1;
    const { clock, random } = this.#deps;
    const waitMs = problem.kind === 'taken-id' ? longBackOffMs(random) : backOffMs(this.#failures, random);
    this.#timer = clock.setTimer(() => this.#connect(), waitMs);
    this.#setState({ name: 'waiting', problem, waitMs });
  }

  /** Waits until everything handed over has its fate. */
  async #idle(connection: BrokerConnection, patienceMs: number): Promise<void> {
    const { clock } = this.#deps;
    const lookMs = 10;
    const untilMs = clock.monotonicMs() + patienceMs;
    while (connection === this.#connection && connection.underWay > 0 && clock.monotonicMs() < untilMs) {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, lookMs));
    }
  }

  async #hangUp(connection: BrokerConnection, reasonCode: number): Promise<void> {
    if (connection !== this.#connection) return;
    const ended = new Promise<void>((resolve) => void (this.#onEnd = resolve));
    connection.end(reasonCode);
    const timer = this.#deps.clock.setTimer(() => connection.destroy(), hangUpMs);
    await ended;
    timer[Symbol.dispose]();
  }

  #setState(state: LinkState): void {
    this.#state = state;
    try {
      this.#owner.stateChanged(state);
    } catch (error) {
      this.#deps.logger.error(`whoever was told of the state of an MQTT link failed: ${messageOf(error)}`, { error });
    }
  }
}

function problemOf(broker: string, error: unknown): LinkProblem {
  if (isGatewayError(error)) {
    if (error.code === 'MQTT_CONNECT_TIMEOUT')
      return { kind: 'silent', message: `the broker ${broker} does not answer` };
    return { kind: 'settings', message: error.message };
  }
  return unreachableProblem(broker, error);
}

function isReset(error: Error & { code?: unknown }): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE';
}

function timedOut(): GatewayError {
  return new GatewayError({ code: 'MQTT_CONNECT_TIMEOUT', kind: 'timeout', message: 'the broker does not answer' });
}

function noRoom(): GatewayError {
  const message = 'more was handed over than the broker takes at a time';
  return new GatewayError({ code: 'MQTT_NO_ROOM', kind: 'bug', message });
}
