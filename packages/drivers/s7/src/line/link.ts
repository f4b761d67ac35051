import type { Clock, GatewayError, Logger, Timer } from '@fieldwarden/core';
import { toGatewayError } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';
import { backoffMs } from './backoff.js';
import { S7Connection } from './connection.js';
import { callTimedOut, cancelled, notConnected, sessionClosed } from './errors.js';
import type { S7Options } from '../options.js';
import { within } from './waiting.js';

type LinkState =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly attempt: Promise<S7Connection>; readonly abort: AbortController }
  | { readonly name: 'ready'; readonly connection: S7Connection }
  | {
      readonly name: 'waiting';
      readonly timer: Timer;
      readonly cause: GatewayError;
      /** Resolves when it is connected to again. */
      readonly over: PromiseWithResolvers<void>;
      /** The connection that was lost had answered, so the CPU is likely to be there. */
      readonly isHopeful: boolean;
    }
  | { readonly name: 'closed' };

/**
 * Keeps at most one connection to the CPU. Connects when first asked; from then on connects again by itself, at a bounded and
 * jittered rate, and only after the socket of the lost connection is closed.
 */
export class S7Link {
  readonly #options: S7Options;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #logger: Logger;
  #state: LinkState = { name: 'idle' };
  /** Attempts in a row that led to no answer: a CPU that accepts connections and is silent on them counts as well. */
  #failures = 0;
  #loggedCode: string | undefined;
  /** Aborts when those who wait for the connection shall wait no longer. */
  #givingUp = new AbortController();

  constructor(options: S7Options, clock: Clock, random: () => number, logger: Logger) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#logger = logger;
  }

  /** The connection. Waits for the attempt under way; between two attempts throws kind `unreachable` at once. */
  async acquire(call: CallContext): Promise<S7Connection> {
    if (this.#state.name === 'idle') this.#connect();
    const state = this.#state;
    switch (state.name) {
      case 'ready':
        return state.connection;
      case 'waiting':
        throw this.#notConnected(state.cause);
      case 'connecting':
        return await this.#awaited(state.attempt, call);
      default:
        throw sessionClosed('not-sent');
    }
  }

  /** The same for a scan, which also waits for the attempt that follows a connection on which the CPU had answered. */
  acquireAgain(call: CallContext): Promise<S7Connection> {
    const state = this.#state;
    if (state.name === 'ready' && !state.connection.isOpen) {
      // its socket is not closed yet
      const closed = state.connection.close(sessionClosed('not-sent'));
      return this.#awaited(closed, call).then(() => this.acquireAgain(call));
    }
    if (state.name !== 'waiting' || !state.isHopeful) return this.acquire(call);
    return this.#awaited(state.over.promise, call).then(() => this.acquire(call));
  }

  /** Everybody who waits for the connection by now is refused as cancelled; the attempt goes on. */
  cancelAll(): void {
    this.#givingUp.abort();
    this.#givingUp = new AbortController();
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { name: 'closed' };
    if (state.name === 'waiting') {
      state.timer[Symbol.dispose]();
      state.over.resolve();
    }
    if (state.name === 'ready') await state.connection.close(sessionClosed('unknown'));
    if (state.name !== 'connecting') return;
    state.abort.abort();
    await state.attempt.catch(() => undefined);
  }

  async #awaited<T>(attempt: Promise<T>, call: CallContext): Promise<T> {
    const late = (): GatewayError => this.#notConnected(callTimedOut('not-sent'));
    const signal = AbortSignal.any([call.signal, this.#givingUp.signal]);
    const waiting = { correlationId: call.correlationId, deadlineMs: call.deadlineMs, signal };
    try {
      return await within(attempt, waiting, this.#clock, late, () => cancelled('not-sent'));
    } catch (error) {
      throw this.#state.name === 'closed' ? sessionClosed('not-sent') : toGatewayError(error);
    }
  }

  #connect(): void {
    const before = this.#state;
    const abort = new AbortController();
    const attempt = S7Connection.connect(this.#options, this.#clock, abort.signal).catch((error: unknown) => {
      throw this.#onFailed(toGatewayError(error));
    });
    this.#state = { name: 'connecting', attempt, abort };
    if (before.name === 'waiting') before.over.resolve();
    attempt.then(
      (connection) => this.#onConnected(connection),
      () => undefined,
    );
  }

  #onConnected(connection: S7Connection): void {
    if (this.#state.name === 'closed') {
      void connection.close(sessionClosed('not-sent'));
      return;
    }
    this.#state = { name: 'ready', connection };
    connection.onClosed = (error) => this.#onLost(connection, error);
    const { pduBytes, maxParallel } = connection;
    this.#logger.info(`connected to ${this.#where()}`, { pduBytes, maxParallel });
  }

  #onLost(connection: S7Connection, error: GatewayError): void {
    if (connection.hasAnswered) {
      this.#failures = 0;
      this.#loggedCode = undefined;
    }
    this.#onFailed(error, connection.hasAnswered);
  }

  #onFailed(cause: GatewayError, isHopeful = false): GatewayError {
    if (this.#state.name !== 'closed') this.#waitAfter(cause, isHopeful);
    return this.#notConnected(cause);
  }

  #waitAfter(cause: GatewayError, isHopeful: boolean): void {
    this.#failures++;
    const waitMs = backoffMs(this.#options.reconnect, this.#failures, this.#random());
    const timer = this.#clock.setTimer(() => this.#connect(), waitMs);
    this.#state = { name: 'waiting', timer, cause, isHopeful, over: Promise.withResolvers() };
    // a CPU that stays away says so once, not every few seconds
    if (this.#loggedCode === cause.code) return;
    this.#loggedCode = cause.code;
    this.#logger.warn(`no connection to ${this.#where()}: ${cause.message}`, { code: cause.code });
  }

  #notConnected(cause: GatewayError): GatewayError {
    return notConnected(this.#where(), cause);
  }

  #where(): string {
    const { host, port } = this.#options;
    return `${host}:${port}`;
  }
}
