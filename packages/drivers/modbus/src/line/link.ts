import type { Clock, GatewayError } from '@fieldwarden/core';
import { lineErrors } from './line-errors.js';
import type { LineOptions } from '../options.js';
import { ReconnectPolicy } from './reconnect-policy.js';
import type { Connection, Wire } from '../wire/wire.js';

export interface LinkEvents {
  /** Requests may be sent now. */
  up(): void;
  /** The connection broke, or could not be made; `wasUp` tells which. Not called after `drop`. */
  down(error: GatewayError, wasUp: boolean): void;
  /** Look at `dueMs` again: something has to happen at that time. */
  due(atMs: number): void;
  received(chunk: Uint8Array, length: number): void;
}

type LinkState =
  | { readonly name: 'down' }
  | { readonly name: 'connecting'; readonly untilMs: number }
  | { readonly name: 'pausing'; readonly untilMs: number }
  | { readonly name: 'up' };

export interface LinkContext {
  readonly options: LineOptions;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The connection over time: made on demand, at a bounded rate, one at a time. */
export class Link {
  readonly #options: LineOptions;
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #events: LinkEvents;
  readonly #policy: ReconnectPolicy;
  #state: LinkState = { name: 'down' };
  #connection: Connection | undefined;
  #hasAnswered = false;
  /** On any connection. */
  #hasEverAnswered = false;
  #transmissionMs = 0;
  /**
   * A device that accepts only to hang up does not count as reached. Once it is pardoned, if it has just answered: it may hang up on
   * what it is asked first.
   */
  #isPardoned = false;
  #lastProblem = 'not connected yet';

  constructor({ options, wire, clock, random }: LinkContext, events: LinkEvents) {
    this.#options = options;
    this.#wire = wire;
    this.#clock = clock;
    this.#events = events;
    this.#policy = new ReconnectPolicy(options.reconnect, random);
  }

  get peer(): string {
    return this.#wire.peer;
  }

  get isUp(): boolean {
    return this.#state.name === 'up';
  }

  /** The present connection, or else the last one, has brought a proper answer. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** When `onTime` has to be called. */
  get dueMs(): number {
    return this.#state.name === 'connecting' || this.#state.name === 'pausing' ? this.#state.untilMs : Infinity;
  }

  /** Starts to connect if it may; `up` or `down` follows. Returns the reason when there is no point in waiting. */
  bringUp(forProbe: boolean): GatewayError | undefined {
    if (this.#state.name !== 'down') return undefined;
    const nowMs = this.#clock.monotonicMs();
    const notBeforeMs = forProbe ? this.#policy.notBeforeForProbeMs : this.#policy.notBeforeMs;
    if (nowMs >= notBeforeMs) this.#connect(nowMs);
    else if (this.#policy.failures > 0) return lineErrors.unreachable(this.peer, this.#lastProblem);
    else this.#events.due(notBeforeMs);
    return undefined;
  }

  send(bytes: Buffer): void {
    this.#transmissionMs = bytes.length * this.#wire.byteMs;
    this.#connection?.send(bytes);
  }

  /** What to think of while nothing has ever answered. */
  get hint(): string | undefined {
    return this.#hasEverAnswered ? undefined : this.#wire.silenceHint;
  }

  /** How long what was sent last is on its way, as far as that is known. */
  get transmissionMs(): number {
    return this.#transmissionMs;
  }

  /**
   * Calls back once everything that has arrived by now has been handed over. Called while sockets are read, the first immediate
   * runs before they are read again; only the second one is sure to run after that.
   */
  afterReading(callback: () => void): void {
    setImmediate(() => setImmediate(callback));
  }

  /** A proper answer has come over this connection: the peer is what it should be. */
  answered(): void {
    this.#isPardoned = true;
    if (this.#hasAnswered) return;
    this.#hasAnswered = this.#hasEverAnswered = true;
    this.#policy.succeeded();
  }

  onTime(nowMs: number): void {
    if (this.#state.name === 'connecting' && nowMs >= this.#state.untilMs) {
      this.#lost(`no answer to the connection request within ${this.#options.connectTimeoutMs} ms`);
    } else if (this.#state.name === 'pausing' && nowMs >= this.#state.untilMs) {
      this.#up();
    }
  }

  drop(problem: string): void {
    this.#lastProblem = problem;
    this.#connection?.drop();
    this.#connection = undefined;
    this.#state = { name: 'down' };
  }

  #connect(nowMs: number): void {
    this.#policy.attempting(nowMs);
    this.#hasAnswered = false;
    this.#state = { name: 'connecting', untilMs: nowMs + this.#options.connectTimeoutMs };
    this.#events.due(this.#state.untilMs);
    this.#connection = this.#wire.connect({
      connected: () => this.#connected(),
      lost: (why) => this.#lost(why),
      received: (chunk, length) => this.#events.received(chunk, length),
    });
  }

  #connected(): void {
    const pauseMs = this.#options.postConnectDelayMs;
    if (pauseMs === 0) return this.#up();
    this.#state = { name: 'pausing', untilMs: this.#clock.monotonicMs() + pauseMs };
    this.#events.due(this.#state.untilMs);
  }

  #up(): void {
    this.#state = { name: 'up' };
    this.#events.up();
  }

  #lost(why: string): void {
    const wasUp = this.isUp;
    this.drop(why);
    if (!this.#hasAnswered && !(wasUp && this.#isPardoned)) this.#policy.failed(this.#clock.monotonicMs());
    if (!this.#hasAnswered) this.#isPardoned = false;
    const error = wasUp ? lineErrors.connectionLost(this.peer, why, this.hint) : lineErrors.unreachable(this.peer, why);
    this.#events.down(error, wasUp);
  }
}
