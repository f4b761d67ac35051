import type { GatewayError } from '@fieldwarden/core';
import type { WriteResult } from '@fieldwarden/driver';
import { exceptionError, illegalFunction } from './exceptions.js';
import type { AfterReply, Exchange, Loss } from '../line/exchange.js';
import { lineErrors } from '../line/line-errors.js';
import type { PduClient, PduResult } from '../line/pdu-client.js';
import type { UnitTraits } from './unit-traits.js';
import { withOutcome, WriteOutcomes } from './write-outcomes.js';
import type { WritePlan } from '../plan/write-plan.js';
import type { WriteStep } from '../plan/write-step.js';
import { modified, requestFor, type WriteRequest } from './write-request.js';

export interface WriteExchangeContext {
  readonly lane: number;
  readonly unitId: number;
  readonly deadlineMs: number;
  readonly traits: UnitTraits;
  readonly done: (results: WriteResult[]) => void;
  readonly failed: (error: GatewayError) => void;
}

/** The items of one write call, request by request, each sent once. */
export class WriteExchange implements Exchange {
  readonly isWrite = true;
  readonly isProbe = false;
  readonly lane: number;
  readonly deadlineMs: number;
  isSettled = false;
  readonly #context: WriteExchangeContext;
  readonly #outcomes: WriteOutcomes;
  /** The next one last. */
  readonly #steps: WriteStep[];
  #request: WriteRequest | undefined;

  constructor(itemCount: number, plan: WritePlan, context: WriteExchangeContext) {
    this.lane = context.lane;
    this.deadlineMs = context.deadlineMs;
    this.#context = context;
    this.#outcomes = new WriteOutcomes(itemCount, plan);
    this.#steps = plan.steps.toReversed();
  }

  get hasNothingToSend(): boolean {
    return this.#steps.length === 0;
  }

  sendNext(client: PduClient): void {
    this.#request = requestFor(this.#steps.at(-1)!, this.#context.traits);
    this.#request.send(client, this.#context.unitId);
  }

  onReply(result: PduResult): AfterReply {
    const request = this.#request!;
    if (!request.isConfirmedBy(result)) {
      return lineErrors.malformed(`unit ${this.#context.unitId}`, { problem: `it does not confirm ${request.what}` });
    }
    const step = this.#steps.pop()!;
    if (step.kind === 'mask' && !request.changes) {
      this.#steps.push(modified(step, result));
      return 'hold';
    }
    this.#outcomes.confirm(step.items);
    return this.#next();
  }

  onException(exceptionCode: number): AfterReply {
    const request = this.#request!;
    const error = exceptionError(exceptionCode, `${request.what} of unit ${this.#context.unitId}`);
    if (error.kind === 'unreachable') return this.#endAfter(request.changes ? error : withOutcome(error, 'not-sent'));
    const hasOtherWay = exceptionCode === illegalFunction && request.learnUnsupported(this.#context.traits);
    if (hasOtherWay) return 'hold';
    const step = this.#steps.pop()!;
    // refused as a whole, so nothing of it was done: what is wrong with one item is no fault of the others
    if (step.mergedFrom && step.kind !== 'mask' && error.kind === 'rejected')
      this.#steps.push(...step.mergedFrom.toReversed());
    else this.#refuse(step, request.changes ? error : withOutcome(error, 'rejected'));
    return this.#next();
  }

  /** A write is never sent twice. */
  onUnanswered(error: GatewayError, { wasSent }: Loss): 'done' {
    this.fail(error, wasSent);
    return 'done';
  }

  fail(error: GatewayError, wasSent: boolean): void {
    if (this.isSettled) return;
    const step = this.#steps.at(-1);
    if (wasSent && step && this.#request?.changes) this.#outcomes.fail(step.items, withOutcome(error, 'unknown'));
    this.#outcomes.failRest(withOutcome(error, 'not-sent'));
    this.finish();
  }

  #refuse({ items }: WriteStep, error: GatewayError): void {
    this.#outcomes.fail(items, error);
    // a long value whose beginning was refused is not continued
    while (this.#steps.at(-1)?.items.every((item) => this.#outcomes.hasFailed(item))) this.#steps.pop();
  }

  #endAfter(error: GatewayError): AfterReply {
    const step = this.#steps.at(-1)!;
    this.#outcomes.fail(step.items, error);
    this.#outcomes.failRest(withOutcome(error, 'not-sent'));
    this.finish();
    return 'done';
  }

  #next(): AfterReply {
    if (this.#steps.length > 0) return 'more';
    this.finish();
    return 'done';
  }

  finish(): void {
    this.isSettled = true;
    const error = this.#outcomes.commonError();
    if (error) this.#context.failed(error);
    else this.#context.done(this.#outcomes.results());
  }
}
