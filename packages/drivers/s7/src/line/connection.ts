import { connect, type Socket } from 'node:net';
import { type GatewayError, isGatewayError, type Clock, type Timer } from '@fieldwarden/core';
import { connectionLost, nonsenseReceived, timedOut, unreachable } from './errors.js';
import { jobRefused } from './explain.js';
import { FrameReader } from './frame-reader.js';
import { Nodes7Client, type ItemAnswer } from './nodes7-client.js';
import type { S7Options } from '../options.js';
import { tsapNumber } from './tsap-number.js';
import type { ReadJob, WriteJob } from '../plan/plan.js';
import {
  checkReply,
  clearFailedItems,
  connectRefusal,
  everyItemFailed,
  pendingJob,
  plainConnectConfirm,
  setupInconsistency,
  type PendingJob,
} from './reply-check.js';

/** TPKT and COTP headers around the largest PDU. */
const frameOverheadBytes = 7;
const ownTsap = 0x0100;

/** A job's answers, one per item, or why it has none: the CPU refused it as a whole, or did not answer it. */
export type JobAnswer = readonly ItemAnswer[] | GatewayError;

interface Exchange {
  readonly done: (answers: unknown) => void;
  readonly failed: (error: GatewayError) => void;
  readonly timer: Timer;
  /** Errors of the S7 header by reference, of the jobs of this exchange that the CPU refused as a whole. */
  readonly refusals: Map<number, number>;
}

type Settle<T> = Pick<Exchange, 'refusals'> & {
  readonly resolve: (value: T) => void;
  readonly reject: (error: GatewayError) => void;
};

/**
 * One connection to a CPU, from TCP connect to close; the only place that touches a socket. One exchange at a time. Anything
 * that leaves doubt which request an answer belongs to (a time-out, a frame that makes no sense) ends the connection, so that
 * no late answer can become another value.
 */
export class S7Connection {
  readonly #clock: Clock;
  readonly #socket: Socket;
  readonly #client: Nodes7Client;
  readonly #reader: FrameReader;
  readonly #pending = new Map<number, PendingJob>();
  readonly #closed = Promise.withResolvers<void>();
  #phase: 'iso' | 'setup' | 'ready' | 'closed' = 'iso';
  #exchange: Exchange | undefined;
  #end: GatewayError | undefined;
  /** True once any request was answered. */
  hasAnswered = false;
  /** Called once, when the connection has ended and its socket is closed. */
  onClosed: ((error: GatewayError) => void) | undefined;

  private constructor(options: S7Options, clock: Clock, onNegotiated: () => void) {
    this.#clock = clock;
    this.#reader = new FrameReader(options.maxPduBytes + frameOverheadBytes);
    this.#client = new Nodes7Client({
      rack: options.rack,
      slot: options.slot,
      ...tsapsOf(options),
      maxPduBytes: options.maxPduBytes,
      maxParallel: options.maxParallel,
      send: (frame) => this.#send(frame),
      onGivenUp: (why) => this.#fail(nonsenseReceived(why)),
    });
    this.#socket = connect({ host: options.host, port: options.port, noDelay: true, keepAlive: true });
    this.#socket.on('connect', () => this.#guarded(() => this.#client.handshake(onNegotiated)));
    this.#socket.on('data', (chunk) => this.#guarded(() => this.#onData(chunk)));
    this.#socket.on('error', (error) => this.#fail(connectionLost(error)));
    this.#socket.on('close', () => this.#onSocketClosed());
  }

  /** Settles within `connectTimeoutMs`. Rejects with kind `unreachable`, or `protocol` for a peer that is no CPU; its socket is closed then. */
  static async connect(options: S7Options, clock: Clock, signal: AbortSignal): Promise<S7Connection> {
    signal.throwIfAborted();
    const negotiated = Promise.withResolvers<void>();
    const connection = new S7Connection(options, clock, negotiated.resolve);
    connection.onClosed = negotiated.reject;
    const timer = clock.setTimer(() => connection.#fail(connectTimedOut(options)), options.connectTimeoutMs);
    const onAbort = (): void => connection.#fail(unreachable('S7_CLOSED', 'the driver was closed'));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await negotiated.promise;
      connection.#phase = 'ready';
      connection.onClosed = undefined;
      return connection;
    } finally {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
    }
  }

  get isOpen(): boolean {
    return this.#phase === 'ready';
  }

  /** As negotiated, bytes. */
  get pduBytes(): number {
    return this.#client.maxPDU;
  }

  /** Requests that the CPU takes at a time. */
  get maxParallel(): number {
    return this.#client.maxParallel;
  }

  /**
   * At most `maxParallel` jobs. When the connection is lost meanwhile, what has been answered by then is answered all the same.
   * Rejects only when it was lost before.
   */
  read(jobs: readonly ReadJob[], timeoutMs: number): Promise<readonly JobAnswer[]> {
    return this.#run<readonly JobAnswer[], readonly (readonly ItemAnswer[])[]>(
      (done) => this.#client.read(jobs, done),
      timeoutMs,
      ({ refusals, resolve }) => ({
        done: (answers) => {
          const references = this.#client.progress.map(({ reference }) => reference);
          resolve(answers.map((each, i) => refusalOf(refusals, references[i]) ?? each));
        },
        failed: (error) =>
          resolve(
            this.#client.progress.map(({ reference, answers }) => refusalOf(refusals, reference) ?? answers ?? error),
          ),
      }),
    );
  }

  /** Return code per item. */
  write(job: WriteJob, timeoutMs: number): Promise<readonly number[]> {
    return this.#run<readonly number[], readonly number[]>(
      (done) => this.#client.write(job, done),
      timeoutMs,
      ({ refusals, resolve, reject }) => ({
        done: (codes) => {
          const [refusal] = refusals.values();
          if (refusal === undefined) resolve(codes);
          else reject(jobRefused(refusal));
        },
        failed: reject,
      }),
    );
  }

  /** Ends the connection; a running exchange rejects with `error`. Resolves when the socket is closed. */
  close(error: GatewayError): Promise<void> {
    this.#fail(error);
    return this.#closed.promise;
  }

  #run<T, Answers>(
    start: (done: (answers: Answers) => void) => void,
    timeoutMs: number,
    settlers: (settle: Settle<T>) => { done: (answers: Answers) => void; failed: (error: GatewayError) => void },
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#end) {
        reject(unreachable('S7_CONNECTION_LOST', this.#end.message, this.#end));
        return;
      }
      const refusals = new Map<number, number>();
      const { done, failed } = settlers({ refusals, resolve, reject });
      const timer = this.#clock.setTimer(() => this.#fail(timedOut(timeoutMs)), timeoutMs);
      this.#exchange = { done: (answers) => done(answers as Answers), failed, timer, refusals };
      this.#guarded(() => start((answers) => this.#onDone(answers)));
    });
  }

  #onDone(answers: unknown): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.timer[Symbol.dispose]();
    exchange?.done(answers);
  }

  #send(frame: Buffer): void {
    const job = pendingJob(frame);
    if (job) this.#pending.set(job.reference, job);
    if (this.#phase !== 'closed') this.#socket.write(frame);
  }

  #onData(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      if (this.#phase === 'closed') return;
      this.#onFrame(frame);
    }
  }

  #onFrame(frame: Buffer): void {
    if (this.#phase === 'iso') this.#onConnectAnswer(frame);
    else if (this.#phase === 'setup') this.#onSetupAnswer(frame);
    else if ((frame[5] & 0xf0) === 0x80) this.#fail(connectionLost(new Error('the CPU ended the ISO connection')));
    else this.#onReply(frame);
  }

  #onConnectAnswer(frame: Buffer): void {
    const refusal = connectRefusal(frame);
    if (refusal) {
      this.#fail(refusal.refused ? isoRefused(refusal.why) : nonsenseReceived(refusal.why));
      return;
    }
    this.#phase = 'setup';
    this.#client.receive(plainConnectConfirm);
  }

  #onSetupAnswer(frame: Buffer): void {
    const why = setupInconsistency(frame);
    if (why === undefined) this.#client.receive(frame);
    else this.#fail(nonsenseReceived(why));
  }

  #onReply(frame: Buffer): void {
    const verdict = checkReply(frame, this.#pending);
    if (verdict.type === 'nonsense') {
      this.#fail(nonsenseReceived(verdict.why));
      return;
    }
    const job = this.#pending.get(verdict.reference)!;
    this.#pending.delete(verdict.reference);
    this.hasAnswered = true;
    if (verdict.type === 'refused') this.#exchange?.refusals.set(verdict.reference, verdict.error);
    if (verdict.type === 'ok') clearFailedItems(frame, job);
    this.#client.receive(verdict.type === 'ok' ? frame : everyItemFailed(job));
  }

  /** Nothing that is thrown here may reach the socket's event handler. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(isGatewayError(error) ? error : nonsenseReceived('it could not be taken apart', error));
    }
  }

  #fail(error: GatewayError): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#end = error;
    this.#pending.clear();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.timer[Symbol.dispose]();
    exchange?.failed(error);
    this.#client.dispose();
    this.#socket.destroy();
  }

  #onSocketClosed(): void {
    this.#fail(connectionLost(new Error('the CPU closed it')));
    this.#closed.resolve();
    this.onClosed?.(this.#end!);
  }
}

function refusalOf(refusals: ReadonlyMap<number, number>, reference: number): GatewayError | undefined {
  const refusal = refusals.get(reference);
  return refusal === undefined ? undefined : jobRefused(refusal);
}

function tsapsOf({ localTSAP, remoteTSAP }: S7Options): { localTSAP?: number; remoteTSAP?: number } {
  if (remoteTSAP === undefined) return {};
  return { localTSAP: localTSAP === undefined ? ownTsap : tsapNumber(localTSAP), remoteTSAP: tsapNumber(remoteTSAP) };
}

function connectTimedOut({ host, port, connectTimeoutMs }: S7Options): GatewayError {
  const message = `${host}:${port} did not complete the connection within ${connectTimeoutMs} ms`;
  return unreachable('S7_CONNECT_TIMEOUT', message);
}

function isoRefused(why: string): GatewayError {
  return unreachable(
    'S7_CONNECTION_REFUSED',
    `the CPU refused the connection (${why}): check rack and slot or TSAP, and whether it has a connection left`,
  );
}
