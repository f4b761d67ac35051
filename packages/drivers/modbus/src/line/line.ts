import { toGatewayError, type GatewayError, type Logger } from '@fieldwarden/core';
import type { AfterReply, Exchange, Loss } from './exchange.js';
import { Greetings } from './greetings.js';
import { InStep } from './in-step.js';
import { lineErrors } from './line-errors.js';
import { Link, type LinkContext } from './link.js';
import { PduClient } from './pdu-client.js';
import { RequestPort, type Abandoned } from './request-port.js';
import { RequestTimes } from './request-times.js';
import { Turns, type LineLane } from './turns.js';
import { WakeUp } from './wake-up.js';
import type { ReplyProblem } from '../wire/framing.js';

export interface LineContext extends LinkContext {
  readonly logger: Logger;
}

/** A silent unit lets its siblings go first for this many time-outs. */
const yieldTimeouts = 4;

/**
 * One connection and everybody who wants to use it. Exactly one request is out at a time; what is not answered in time takes
 * the connection with it (on a serial port: brings the unit back in step first), so that its late answer can never be taken
 * for another's.
 */
export class Line {
  readonly #context: LineContext;
  readonly #turns: Turns<Exchange>;
  readonly #wakeUp: WakeUp;
  readonly #link: Link;
  readonly #port: RequestPort;
  readonly #client: PduClient;
  readonly #times: RequestTimes;
  #isClosed = false;
  #isLooking = false;
  /** The exchange whose request is out. */
  #current: Exchange | undefined;
  #sentAtMs = 0;
  #replyByMs = Infinity;
  #timeoutsInARow = 0;
  /** Stood behind the answer that is being handed over: the connection ends with it. */
  #problemBehind: ReplyProblem | undefined;

  constructor(context: LineContext) {
    const { options, wire, clock, logger } = context;
    const greetings = new Greetings(wire.peer, logger);
    this.#context = context;
    const { interRequestDelayMs, maxQueuedCalls } = options;
    this.#turns = new Turns(maxQueuedCalls, { interRequestDelayMs, frameSilenceMs: wire.frameSilenceMs });
    this.#wakeUp = new WakeUp(clock, () => this.#onWakeUp());
    this.#times = new RequestTimes();
    this.#link = new Link(context, {
      up: () => this.#onUp(),
      down: (error, wasUp) => this.#onDown(error, wasUp),
      due: (atMs) => this.#wakeUp.by(atMs),
      received: (chunk, length) => this.#onReceived(chunk, length),
    });
    this.#port = new RequestPort(
      { framing: wire.framing, inStep: new InStep(clock, options.timeoutMs) },
      {
        send: (bytes) => this.#link.send(bytes),
        malformed: (problem) => this.#onMalformed(problem),
        answerIsLast: (problem) => (this.#problemBehind = problem),
        greeted: (chunk, length) => greetings.dropped(chunk, length),
        backInStep: () => this.#onAnswer(() => 'hold'),
      },
    );
    this.#client = new PduClient(this.#port, {
      answered: (result) => this.#onAnswer((exchange) => exchange.onReply(result)),
      refused: (exceptionCode) => this.#onAnswer((exchange) => exchange.onException(exceptionCode)),
      failed: (error) => this.#onMalformed({ problem: error.message }, error),
    });
  }

  /** Of one request of this lane, from sending to answer, over the last dozens. 0 before the first. */
  meanRequestMs(lane: number): number {
    return this.#times.meanMs(lane);
  }

  get frameSilenceMs(): number {
    return this.#context.wire.frameSilenceMs;
  }

  /** One more device entry; the connection stays as it is. Its number must never have been used. */
  addLane(number: number, lane: LineLane): void {
    this.#turns.addLane(number, lane);
  }

  /** The device entry is gone: its calls are cancelled. What is out for it stays out, as after `cancel`. */
  removeLane(number: number): void {
    const waiting = this.#turns.removeLane(number);
    this.#times.forget(number);
    const out = this.#current;
    if (out?.lane === number && !out.isSettled) out.fail(lineErrors.cancelled(), this.#port.isRequestOut);
    for (const exchange of waiting) if (!exchange.isSettled) exchange.fail(lineErrors.cancelled(), false);
    this.#pump();
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
    if (!isOut) this.#turns.remove(exchange);
    exchange.fail(lineErrors.cancelled(), isOut && this.#port.isRequestOut);
    this.#pump();
  }

  close(): void {
    this.#isClosed = true;
    this.#wakeUp[Symbol.dispose]();
    this.#failCurrent(this.#dropConnection('closed'), lineErrors.closed());
    this.#failWaiting(lineErrors.closed());
  }

  #refusalOf(exchange: Exchange): GatewayError | undefined {
    if (this.#isClosed) return lineErrors.closed();
    if (exchange.deadlineMs <= this.#context.clock.monotonicMs())
      return lineErrors.queuedTooLong(this.#nameOf(exchange));
    return this.#turns.push(exchange) ? undefined : lineErrors.queueFull(this.#link.peer, this.#turns.waiting);
  }

  /** Sends the next request, if there is one and nothing stands against it. Whatever stands against it pumps again. */
  #pump(): void {
    while (!this.#isClosed && this.#current === undefined && this.#turns.hasWork && this.#isReady()) {
      const exchange = this.#turns.next(this.#context.clock.monotonicMs());
      if (exchange && !exchange.isSettled) this.#sendOrExpire(exchange);
    }
  }

  #isReady(): boolean {
    if (this.#link.isUp) return this.#isQuietOver();
    const refusal = this.#link.bringUp(this.#turns.some((exchange) => exchange.isProbe));
    if (refusal) this.#failWaiting(refusal);
    return false;
  }

  #isQuietOver(): boolean {
    const readiness = this.#turns.readiness(this.#context.clock.monotonicMs());
    if (readiness === 'ready') return true;
    if (readiness === 'look') this.#lookFirst();
    else this.#wakeUp.by(readiness);
    return false;
  }

  #lookFirst(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#link.afterReading(() => {
      this.#isLooking = false;
      this.#turns.looked(this.#context.clock.monotonicMs());
      this.#pump();
    });
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
      return exchange.fail(toGatewayError(error, 'MODBUS_NOT_ENCODED'), false);
    }
    if (exchange.onBroadcast) this.#afterBroadcast(exchange);
  }

  /** Nobody answers; the units get the time to carry it out. */
  #afterBroadcast(exchange: Exchange): void {
    const { clock, options } = this.#context;
    this.#takeCurrent();
    this.#turns.broadcast(clock.monotonicMs() + this.#link.transmissionMs + options.turnaroundDelayMs);
    this.#after(
      exchange,
      this.#handled(exchange, () => exchange.onBroadcast!()),
    );
  }

  #onReceived(chunk: Uint8Array, length: number): void {
    this.#turns.heard(this.#context.clock.monotonicMs());
    this.#port.receive(chunk, length);
  }

  #onAnswer(hand: (exchange: Exchange) => AfterReply): void {
    const exchange = this.#takeCurrent();
    if (exchange === undefined) return;
    this.#noteAnswer(exchange);
    if (!exchange.isSettled) this.#after(exchange, this.#handled(exchange, hand));
    this.#endAfterAnswer();
    this.#pump();
  }

  #endAfterAnswer(): void {
    const problem = this.#problemBehind;
    if (problem === undefined) return;
    this.#problemBehind = undefined;
    this.#giveUpConnection(undefined, lineErrors.malformed(this.#link.peer, problem));
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
    if (this.#turns.lane(lane)) this.#times.note(lane, nowMs - this.#sentAtMs);
    this.#timeoutsInARow = 0;
    this.#turns.answered(lane, nowMs);
    this.#link.answered();
  }

  #after(exchange: Exchange, next: AfterReply): void {
    if (next === 'more') this.#turns.putBack(exchange);
    else if (next === 'hold') this.#turns.hold(exchange);
    else if (next !== 'done') this.#giveUpConnection(exchange, next);
  }

  #onMalformed(problem: ReplyProblem, cause?: unknown): void {
    const exchange = this.#takeCurrent();
    const what = exchange ? this.#nameOf(exchange) : this.#link.peer;
    this.#giveUpConnection(exchange, lineErrors.malformed(what, problem, cause));
    this.#pump();
  }

  /** The answer, if there is one, is not to be trusted, and neither is what may follow on this connection. */
  #giveUpConnection(exchange: Exchange | undefined, error: GatewayError): void {
    this.#context.logger.debug(error.message, { code: error.code });
    const abandoned = this.#dropConnection(error.message);
    if (exchange) this.#unanswered(exchange, error, { wasSent: abandoned !== 'resync', closedAfterAnswer: false });
  }

  /** It may go on with another request, on a new connection where this one had to be given up. */
  #unanswered(exchange: Exchange, error: GatewayError, loss: Loss): void {
    if (exchange.isSettled) return;
    const next = exchange.onUnanswered(error, loss);
    if (next === 'more') this.#turns.putBack(exchange);
    else if (next === 'again') this.#turns.putFirst(exchange);
  }

  #onUp(): void {
    this.#port.isOpen = true;
    this.#timeoutsInARow = 0;
    this.#turns.connected(this.#context.clock.monotonicMs());
    this.#pump();
  }

  #onDown(error: GatewayError, wasUp: boolean): void {
    const closedAfterAnswer = wasUp && this.#link.hasAnswered;
    const abandoned = this.#dropConnection(error.message);
    const out = this.#takeCurrent();
    if (out) this.#unanswered(out, error, { wasSent: abandoned !== 'resync', closedAfterAnswer });
    if (!wasUp) this.#failWaiting(error);
    this.#pump();
  }

  #onWakeUp(): void {
    const nowMs = this.#context.clock.monotonicMs();
    this.#link.onTime(nowMs);
    for (const exchange of this.#turns.takeExpired(nowMs)) {
      exchange.fail(lineErrors.queuedTooLong(this.#nameOf(exchange)), false);
    }
    this.#checkCurrent(nowMs);
    this.#pump();
    this.#wakeUp.by(this.#nextDueMs());
  }

  #checkCurrent(nowMs: number): void {
    const out = this.#current;
    if (out === undefined) return;
    if (nowMs >= this.#replyByMs) this.#onTimeout(out);
    // the device may still answer in its own time; until then the line stays with this request
    else if (nowMs >= out.deadlineMs && !out.isSettled)
      out.fail(lineErrors.deadline(this.#nameOf(out)), this.#port.isRequestOut);
  }

  #onTimeout(out: Exchange): void {
    const { options, wire, clock } = this.#context;
    const error = lineErrors.timeout(this.#nameOf(out), options.timeoutMs, this.#port.remark(), this.#link.hint);
    this.#takeCurrent();
    this.#turns.letYield(out.lane, clock.monotonicMs() + yieldTimeouts * options.timeoutMs);
    if (++this.#timeoutsInARow >= wire.timeoutsPerConnection) return this.#giveUpConnection(out, error);
    const abandoned = this.#port.abandon();
    this.#unanswered(out, error, { wasSent: abandoned !== 'resync', closedAfterAnswer: false });
  }

  #nextDueMs(): number {
    const callDueMs = this.#current && !this.#current.isSettled ? this.#current.deadlineMs : Infinity;
    return Math.min(this.#link.dueMs, this.#replyByMs, callDueMs, this.#turns.earliestDeadlineMs());
  }

  #takeCurrent(): Exchange | undefined {
    const out = this.#current;
    this.#current = undefined;
    this.#replyByMs = Infinity;
    return out;
  }

  #failCurrent(abandoned: Abandoned, error: GatewayError): void {
    const out = this.#takeCurrent();
    if (out && !out.isSettled) out.fail(error, abandoned !== 'resync');
  }

  #failWaiting(error: GatewayError): void {
    for (const exchange of this.#turns.takeAll()) exchange.fail(error, false);
  }

  #dropConnection(problem: string): Abandoned {
    const abandoned = this.#port.abandon();
    this.#port.disconnected();
    this.#link.drop(problem);
    // whoever held the line was halfway through a read-modify-write; what it read may be out of date by the next connection
    const holder = this.#turns.releaseHolder();
    if (holder && !holder.isSettled) holder.fail(lineErrors.connectionLost(this.#link.peer, problem), false);
    return abandoned;
  }

  #nameOf({ lane }: Exchange): string {
    const unitId = this.#turns.lane(lane)?.unitId;
    return unitId === undefined ? this.#link.peer : `unit ${unitId} at ${this.#link.peer}`;
  }
}
