import type { GatewayError } from '@fieldwarden/core';
import { areaTraits, type Span } from '../address/area.js';
import { exceptionError, meaningOf } from './exceptions.js';
import type { AfterReply, Exchange } from '../line/exchange.js';
import type { PduClient } from '../line/pdu-client.js';
import type { VitalSigns } from './vital-signs.js';

export interface ProbeExchangeContext {
  readonly lane: number;
  readonly unitId: number;
  readonly deadlineMs: number;
  readonly vitalSigns: VitalSigns;
  readonly done: () => void;
  readonly failed: (error: GatewayError) => void;
}

/** Asks for what the unit answered last, or for one register. Any answer proves the unit alive, a refusal as well; only a gateway's "no answer" does not. */
export class ProbeExchange implements Exchange {
  readonly isWrite = false;
  readonly isProbe = true;
  readonly hasNothingToSend = false;
  readonly lane: number;
  readonly deadlineMs: number;
  isSettled = false;
  #span: Span | undefined;
  readonly #context: ProbeExchangeContext;

  constructor(context: ProbeExchangeContext) {
    this.lane = context.lane;
    this.deadlineMs = context.deadlineMs;
    this.#context = context;
  }

  sendNext(client: PduClient): void {
    this.#span = this.#context.vitalSigns.candidate;
    const { area, start, count } = this.#span;
    client.read(areaTraits[area].readFunction, this.#context.unitId, start, count);
  }

  onReply(): AfterReply {
    this.#context.vitalSigns.answered(this.#span!);
    this.finish();
    return 'done';
  }

  finish(): void {
    this.isSettled = true;
    this.#context.done();
  }

  onException(exceptionCode: number): AfterReply {
    if (meaningOf(exceptionCode).kind !== 'unreachable') return this.onReply();
    return this.onUnanswered(exceptionError(exceptionCode, `probing unit ${this.#context.unitId}`));
  }

  onUnanswered(error: GatewayError): 'done' {
    this.#context.vitalSigns.unanswered();
    this.fail(error);
    return 'done';
  }

  fail(error: GatewayError): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#context.failed(error);
  }
}
