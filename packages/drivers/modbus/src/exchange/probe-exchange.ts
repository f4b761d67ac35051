import type { GatewayError } from '@fieldwarden/core';
import { exceptionError, meaningOf } from './exceptions.js';
import type { AfterReply, Exchange } from '../line/exchange.js';
import type { PduClient } from '../line/pdu-client.js';

export interface ProbeExchangeContext {
  readonly lane: number;
  readonly unitId: number;
  readonly deadlineMs: number;
  readonly done: () => void;
  readonly failed: (error: GatewayError) => void;
}

const readHoldingRegisters = 3;

/** Asks for one register. Any answer proves the unit alive, a refusal as well; only a gateway's "no answer" does not. */
export class ProbeExchange implements Exchange {
  readonly isWrite = false;
  readonly isProbe = true;
  readonly hasNothingToSend = false;
  readonly lane: number;
  readonly deadlineMs: number;
  isSettled = false;
  readonly #context: ProbeExchangeContext;

  constructor(context: ProbeExchangeContext) {
    this.lane = context.lane;
    this.deadlineMs = context.deadlineMs;
    this.#context = context;
  }

  sendNext(client: PduClient): void {
    client.read(readHoldingRegisters, this.#context.unitId, 0, 1);
  }

  onReply(): AfterReply {
    this.finish();
    return 'done';
  }

  finish(): void {
    this.isSettled = true;
    this.#context.done();
  }

  onException(exceptionCode: number): AfterReply {
    if (meaningOf(exceptionCode).kind !== 'unreachable') return this.onReply();
    this.fail(exceptionError(exceptionCode, `probing unit ${this.#context.unitId}`));
    return 'done';
  }

  fail(error: GatewayError): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#context.failed(error);
  }
}
