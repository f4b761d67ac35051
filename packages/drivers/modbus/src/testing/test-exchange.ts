import type { GatewayError } from '@fieldwarden/core';
import type { AfterReply, Exchange, Loss } from '../line/exchange.js';
import type { PduClient, PduResult } from '../line/pdu-client.js';

export interface TestExchangeOptions {
  /** Of the device entry; its unit has the same number. */
  readonly unit: number;
  /** Register that it asks for. */
  readonly start: number;
  readonly isWrite?: boolean;
  readonly isProbe?: boolean;
  readonly deadlineMs?: number;
  /** To unit 0: nothing is waited for. */
  readonly isBroadcast?: boolean;
  /** What it wants after each answer; `done` after these. */
  readonly then?: readonly AfterReply[];
}

/** A call that asks for one register, and says what became of it. */
export class TestExchange implements Exchange {
  readonly lane: number;
  readonly isWrite: boolean;
  readonly isProbe: boolean;
  readonly deadlineMs: number;
  readonly hasNothingToSend = false;
  isSettled = false;
  /** The value of the register, or the code of the error and whether the request may have reached the device. */
  outcome = 'waits';
  /** Of the error. */
  message = '';
  readonly onBroadcast?: () => AfterReply;
  readonly #start: number;
  readonly #then: AfterReply[];

  constructor({
    unit,
    start,
    isWrite = false,
    isProbe = false,
    isBroadcast = false,
    deadlineMs = 60_000,
    then = [],
  }: TestExchangeOptions) {
    this.lane = unit;
    this.#start = start;
    this.isWrite = isWrite;
    this.isProbe = isProbe;
    this.deadlineMs = deadlineMs;
    this.#then = [...then];
    if (isBroadcast) this.onBroadcast = () => this.#sent();
  }

  sendNext(client: PduClient): void {
    client.read(3, this.lane, this.#start, 1);
  }

  onReply({ buffer }: PduResult): AfterReply {
    const next = this.#then.shift() ?? 'done';
    if (next === 'done') this.#settle(String(buffer?.readUInt16BE(0)));
    return next;
  }

  onException(exceptionCode: number): AfterReply {
    this.#settle(`exception ${exceptionCode}`);
    return 'done';
  }

  finish(): void {
    this.#settle('nothing to ask');
  }

  onUnanswered(error: GatewayError, { wasSent }: Loss): 'done' {
    this.fail(error, wasSent);
    return 'done';
  }

  fail({ code, message }: GatewayError, wasSent: boolean): void {
    this.message = message;
    this.#settle(`${code}, ${wasSent ? 'sent' : 'not sent'}`);
  }

  #sent(): AfterReply {
    const next = this.#then.shift() ?? 'done';
    if (next === 'done') this.#settle('sent to all');
    return next;
  }

  #settle(outcome: string): void {
    this.isSettled = true;
    this.outcome = outcome;
  }
}
