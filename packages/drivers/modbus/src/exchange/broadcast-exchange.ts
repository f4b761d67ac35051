import { GatewayError, statusCodes } from '@fieldwarden/core';
import type { WriteResult } from '@fieldwarden/driver';
import type { AfterReply, Exchange } from '../line/exchange.js';
import type { PduClient } from '../line/pdu-client.js';
import type { WritePlan } from '../plan/write-plan.js';
import type { WriteStep } from '../plan/write-step.js';
import { broadcastUnitId } from '../wire/expected-reply.js';
import type { UnitTraits } from './unit-traits.js';
import { withOutcome, WriteOutcomes } from './write-outcomes.js';
import { requestFor } from './write-request.js';

export interface BroadcastExchangeContext {
  readonly lane: number;
  readonly deadlineMs: number;
  readonly traits: UnitTraits;
  readonly done: (results: WriteResult[]) => void;
}

/**
 * The items of one write call to unit 0: each request is sent once, and nobody answers. It never fails as a whole, since what becomes of a
 * broadcast says nothing about a device: unit 0 is never demoted.
 */
export class BroadcastExchange implements Exchange {
  readonly isWrite = true;
  readonly isProbe = false;
  readonly lane: number;
  readonly deadlineMs: number;
  isSettled = false;
  readonly #context: BroadcastExchangeContext;
  readonly #outcomes: WriteOutcomes;
  /** The next one last. */
  readonly #steps: WriteStep[];

  constructor(itemCount: number, plan: WritePlan, context: BroadcastExchangeContext) {
    const isSendable = ({ kind }: WriteStep): boolean => kind !== 'mask' || context.traits.maskWrite;
    this.lane = context.lane;
    this.deadlineMs = context.deadlineMs;
    this.#context = context;
    this.#outcomes = new WriteOutcomes(itemCount, plan);
    for (const step of plan.steps) if (!isSendable(step)) this.#outcomes.fail(step.items, needsReading);
    this.#steps = plan.steps.filter(isSendable).toReversed();
  }

  get hasNothingToSend(): boolean {
    return this.#steps.length === 0;
  }

  sendNext(client: PduClient): void {
    requestFor(this.#steps.at(-1)!, this.#context.traits).send(client, broadcastUnitId);
  }

  onBroadcast(): AfterReply {
    this.#outcomes.fail(this.#steps.pop()!.items, nobodyAnswers);
    if (!this.isSettled && this.#steps.length > 0) return 'more';
    this.finish();
    return 'done';
  }

  /** Nobody waits for an answer. */
  onReply(): AfterReply {
    return 'done';
  }

  onException(): AfterReply {
    return 'done';
  }

  onUnanswered(error: GatewayError): 'done' {
    this.fail(error);
    return 'done';
  }

  fail(error: GatewayError): void {
    if (this.isSettled) return;
    this.#outcomes.failRest(withOutcome(error, 'not-sent'));
    this.finish();
  }

  finish(): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#context.done(this.#outcomes.results());
  }
}

/** Neither Good, since nothing is confirmed, nor Bad, since nothing went wrong. */
const nobodyAnswers = new GatewayError({
  code: 'MODBUS_BROADCAST',
  kind: 'rejected',
  status: statusCodes.Uncertain,
  writeOutcome: 'unknown',
  message: 'sent to all units of the line: unit 0 is the broadcast, which no unit confirms',
});

const needsReading = new GatewayError({
  code: 'MODBUS_BROADCAST_BIT',
  kind: 'config',
  status: statusCodes.BadNotSupported,
  writeOutcome: 'not-sent',
  message: 'a bit of a register of all units can only be written with FC22, which maskWrite: never rules out',
});

/** Of a probe, which would wait for ever. It says nothing against the device: kind `rejected`. */
export function broadcastProbe(): GatewayError {
  return new GatewayError({
    code: 'MODBUS_BROADCAST',
    kind: 'rejected',
    message: 'unit 0 is the broadcast: every unit of the line does what is written to it, and none answers',
  });
}
