import { toGatewayError, type GatewayError, type Logger } from '@fieldwarden/core';
import type { AfterReply, Exchange } from './exchange.js';
import { FairQueue } from './fair-queue.js';
import { lineErrors } from './line-errors.js';
import { Link, type LinkContext } from './link.js';
import { MbapPort } from './mbap-port.js';
import { PduClient } from './pdu-client.js';
import { WakeUp } from './wake-up.js';

export interface LineContext extends LinkContext {
  /** Unit id of each lane. */
  readonly unitIds: readonly number[];
  readonly logger: Logger;
}

/** A silent unit lets its siblings go first for this many time-outs. */
const yieldTimeouts = 4;

/**
 * One connection and everybody who wants to use it. Exactly one request is out at a time; a request that is not answered in
 * time takes the connection with it, so that its late answer can never be taken for another's.
 */
export class Line {
  readonly #context: LineContext;
  readonly #queue: FairQueue<Exchange>;
  readonly #wakeUp: WakeUp;
  readonly #link: Link;
  readonly #port: MbapPort;
  readonly #client: PduClient;
  #isClosed = false;
  /** The exchange whose request is out. */
  #current: Exchange | undefined;
  /** The exchange that must have the next turn. */
  #holder: Exchange | undefined;
  #sentAtMs = 0;
  #replyByMs = Infinity;
  /** No request before that. */
  #quietUntilMs = 0;
  #meanRequestMs = 0;

  constructor(context: LineContext) {
    this.#context = context;
    this.#queue = new FairQueue(context.unitIds.length, context.options.maxQueuedCalls);
    this.#wakeUp = new WakeUp(context.clock, () => this.#onWakeUp());
    this.#link = new Link(context, {
      up: () => this.#onUp(),
      down: (error, wasUp) => this.#onDown(error, wasUp),
      due: (atMs) => this.#wakeUp.by(atMs),
      received: (chunk, length) => this.#port.receive(chunk, length),
    });
    this.#port = new MbapPort({
      send: (bytes) => this.#link.send(bytes),
      malformed: (problem) => this.#onMalformed(problem),
    });
    this.#client = new PduClient(this.#port, {
      answered: (result) => this.#onAnswer((exchange) => exchange.onReply(result)),
      refused: (exceptionCode) => this.#onAnswer((exchange) => exchange.onException(exceptionCode)),
      failed: (error) => this.#onMalformed(error.message, error),
    });
  }

  /** Of one request, from sending to answer, over the last dozens. 0 before the first. */
  get meanRequestMs(): number {
    return this.#meanRequestMs;
  }

  submit(exchange: Exchange): void {
    const refusal = this.#refusalOf(exchange);
    if (refusal) return exchange.fail(refusal, false);
    this.#wakeUp.by(exchange.deadlineMs);
    this.#pump();
  }

  /** The caller gave up. What is out stays out until it is answered or times out, but concerns nobody. */
  cancel(exchange: Exchange): void {
    const isOut = exchange === this.#current;
    if (this.#holder === exchange) this.#holder = undefined;
    else if (!isOut) this.#queue.remove(exchange);
    exchange.fail(lineErrors.cancelled(), isOut);
    this.#pump();
  }

  close(): void {
    this.#isClosed = true;
    this.#wakeUp[Symbol.dispose]();
    this.#dropConnection('closed');
    this.#failCurrent(lineErrors.closed());
    this.#failWaiting(lineErrors.closed());
  }

  #refusalOf(exchange: Exchange): GatewayError | undefined {
    if (this.#isClosed) return lineErrors.closed();
    if (exchange.deadlineMs <= this.#context.clock.monotonicMs())
      return lineErrors.queuedTooLong(this.#nameOf(exchange));
    return this.#queue.push(exchange) ? undefined : lineErrors.queueFull(this.#link.peer, this.#queue.size);
  }

  /** Sends the next request, if there is one and nothing stands against it. Whatever stands against it pumps again. */
  #pump(): void {
    while (!this.#isClosed && this.#current === undefined && this.#hasWork()) {
      if (!this.#isReady()) return;
      const exchange = this.#takeNext();
      if (exchange && !exchange.isSettled) this.#sendOrExpire(exchange);
    }
  }

  #hasWork(): boolean {
    return this.#holder !== undefined || this.#queue.size > 0;
  }

  #isReady(): boolean {
    if (this.#link.isUp) return this.#isQuietOver();
    const refusal = this.#link.bringUp(this.#queue.some((exchange) => exchange.isProbe));
    if (refusal) this.#failWaiting(refusal);
    return false;
  }

  #isQuietOver(): boolean {
    if (this.#context.clock.monotonicMs() >= this.#quietUntilMs) return true;
    this.#wakeUp.by(this.#quietUntilMs);
    return false;
  }

  #takeNext(): Exchange | undefined {
    const holder = this.#holder;
    this.#holder = undefined;
    return holder ?? this.#queue.next(this.#context.clock.monotonicMs());
  }

  #sendOrExpire(exchange: Exchange): void {
    const nowMs = this.#context.clock.monotonicMs();
    if (nowMs < exchange.deadlineMs) this.#send(exchange, nowMs);
    else exchange.fail(lineErrors.queuedTooLong(this.#nameOf(exchange)), false);
  }

  #send(exchange: Exchange, nowMs: number): void {
    this.#current = exchange;
    this.#sentAtMs = nowMs;
    this.#replyByMs = this.#sentAtMs + this.#context.options.timeoutMs;
    this.#wakeUp.by(Math.min(this.#replyByMs, exchange.deadlineMs));
    try {
      exchange.sendNext(this.#client);
    } catch (error) {
      this.#port.abandon();
      this.#takeCurrent();
      exchange.fail(toGatewayError(error, 'MODBUS_NOT_ENCODED'), false);
    }
  }

  #onAnswer(hand: (exchange: Exchange) => AfterReply): void {
    const exchange = this.#takeCurrent();
    if (exchange === undefined) return;
    this.#noteAnswer(exchange);
    if (!exchange.isSettled) this.#after(exchange, this.#handled(exchange, hand));
    this.#pump();
  }

  /** modbus-serial would swallow what is thrown here, and the exchange would wait for ever. */
  #handled(exchange: Exchange, hand: (exchange: Exchange) => AfterReply): AfterReply {
    try {
      return hand(exchange);
    } catch (error) {
      return toGatewayError(error, 'MODBUS_NOT_DECODED');
    }
  }

  #noteAnswer({ lane }: Exchange): void {
    const nowMs = this.#context.clock.monotonicMs();
    const tookMs = nowMs - this.#sentAtMs;
    this.#meanRequestMs =
      this.#meanRequestMs === 0 ? tookMs : this.#meanRequestMs + (tookMs - this.#meanRequestMs) / 32;
    this.#quietUntilMs = nowMs + this.#context.options.interRequestDelayMs;
    this.#link.answered();
    this.#queue.letYield(lane, -Infinity);
  }

  #after(exchange: Exchange, next: AfterReply): void {
    if (next === 'more') this.#queue.putBack(exchange);
    else if (next === 'hold') this.#holder = exchange;
    else if (next !== 'done') this.#giveUpConnection(exchange, next);
  }

  #onMalformed(problem: string, cause?: unknown): void {
    const exchange = this.#takeCurrent();
    const what = exchange ? this.#nameOf(exchange) : this.#link.peer;
    this.#giveUpConnection(exchange, lineErrors.malformed(what, problem, cause));
    this.#pump();
  }

  /** The answer, if there is one, is not to be trusted, and neither is what may follow on this connection. */
  #giveUpConnection(exchange: Exchange | undefined, error: GatewayError): void {
    this.#context.logger.debug(error.message, { code: error.code });
    this.#dropConnection(error.message);
    if (exchange && !exchange.isSettled) exchange.fail(error, true);
  }

  #onUp(): void {
    this.#port.isOpen = true;
    this.#pump();
  }

  #onDown(error: GatewayError, wasUp: boolean): void {
    this.#dropConnection(error.message);
    this.#failCurrent(error);
    if (!wasUp) this.#failWaiting(error);
    this.#pump();
  }

  #onWakeUp(): void {
    const nowMs = this.#context.clock.monotonicMs();
    this.#link.onTime(nowMs);
    for (const exchange of this.#queue.takeExpired(nowMs)) {
      exchange.fail(lineErrors.queuedTooLong(this.#nameOf(exchange)), false);
    }
    this.#expireHolder(nowMs);
    this.#checkCurrent(nowMs);
    this.#pump();
    this.#wakeUp.by(this.#nextDueMs());
  }

  #expireHolder(nowMs: number): void {
    const holder = this.#holder;
    if (holder === undefined || nowMs < holder.deadlineMs) return;
    this.#holder = undefined;
    holder.fail(lineErrors.queuedTooLong(this.#nameOf(holder)), false);
  }

  #checkCurrent(nowMs: number): void {
    const out = this.#current;
    if (out === undefined) return;
    if (nowMs >= this.#replyByMs) this.#onTimeout(out);
    // the device may still answer in its own time; until then the line stays with this request
    else if (nowMs >= out.deadlineMs && !out.isSettled) out.fail(lineErrors.deadline(this.#nameOf(out)), true);
  }

  #onTimeout(out: Exchange): void {
    const { timeoutMs } = this.#context.options;
    this.#takeCurrent();
    this.#queue.letYield(out.lane, this.#context.clock.monotonicMs() + yieldTimeouts * timeoutMs);
    this.#giveUpConnection(out, lineErrors.timeout(this.#nameOf(out), timeoutMs));
  }

  #nextDueMs(): number {
    const callDueMs = this.#current && !this.#current.isSettled ? this.#current.deadlineMs : Infinity;
    const holderDueMs = this.#holder?.deadlineMs ?? Infinity;
    return Math.min(this.#link.dueMs, this.#replyByMs, callDueMs, holderDueMs, this.#queue.earliestDeadlineMs());
  }

  #takeCurrent(): Exchange | undefined {
    const out = this.#current;
    this.#current = undefined;
    this.#replyByMs = Infinity;
    return out;
  }

  #failCurrent(error: GatewayError): void {
    const out = this.#takeCurrent();
    if (out && !out.isSettled) out.fail(error, true);
  }

  #failWaiting(error: GatewayError): void {
    for (const exchange of this.#queue.takeAll()) exchange.fail(error, false);
  }

  #dropConnection(problem: string): void {
    this.#port.isOpen = false;
    this.#port.abandon();
    this.#link.drop(problem);
    // whoever held the line was halfway through a read-modify-write; what it read may be out of date by the next connection
    const holder = this.#holder;
    this.#holder = undefined;
    if (holder && !holder.isSettled) holder.fail(lineErrors.connectionLost(this.#link.peer, problem), false);
  }

  #nameOf({ lane }: Exchange): string {
    return `unit ${this.#context.unitIds[lane]} at ${this.#link.peer}`;
  }
}
