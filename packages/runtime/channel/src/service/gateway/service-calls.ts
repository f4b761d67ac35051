import { type GatewayError, type Clock } from '@fieldwarden/core';
import { OperationLog, type Operation } from '../../client/operation-log.js';
import type { Outbox } from '../../client/outbox.js';
import { PendingCalls, type PendingCall } from '../../client/pending-calls.js';
import { callLost, callNotTaken, callUnsendable } from '../../wire/call-errors.js';
import { protocolError } from '../../wire/channel-error.js';
import { encodeToService } from '../service-codec.js';
import type { HostedRequest } from '../service-messages.js';

/** Requests of one Host that may be unanswered at one time. */
const maxPending = 256;

/** What is asked of the service of one Host after another; each request is settled by answer, deadline or loss. */
export class ServiceCalls {
  readonly #clock: Clock;
  readonly #pending: PendingCalls;
  readonly #operations: OperationLog;
  #outbox: Outbox | undefined;
  #nextCall = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#operations = new OperationLog(clock);
    this.#pending = new PendingCalls(clock, () => undefined);
  }

  get size(): number {
    return this.#pending.size;
  }

  get lateReplies(): number {
    return this.#pending.lateReplies;
  }

  get operations(): readonly Operation[] {
    return this.#operations.list();
  }

  connect(outbox: Outbox): void {
    this.#outbox = outbox;
    this.#operations.clear();
  }

  /** Every pending request rejects in this tick. */
  lost(error: GatewayError): void {
    this.#outbox = undefined;
    this.#pending.rejectAll((call) => callLost(call, error));
  }

  /** Puts something else that concerns the Host on record; call what it returns with the result. */
  record(what: string, correlationId: string): (result: string) => void {
    const operation = this.#operations.begin(what, undefined, correlationId);
    return (result) => this.#operations.end(operation, result);
  }

  /** Only while connected. Rejects with GatewayErrors. */
  make(request: HostedRequest, what: string, correlationId: string, timeoutMs: number): Promise<unknown> {
    const ended = this.record(what, correlationId);
    return new Promise((resolve, reject) => {
      const call: PendingCall = {
        id: this.#nextCall++,
        what,
        deadlineMs: this.#clock.monotonicMs() + timeoutMs,
        into: undefined,
        rows: undefined,
        resolve: (value) => {
          ended('ok');
          resolve(value);
        },
        reject: (error) => {
          ended(error.code);
          reject(error);
        },
        sent: false,
        unlisten: undefined,
      };
      this.#send(call, request);
    });
  }

  /** An answer came. Throws kind `protocol` for one to what was never asked; undefined when nobody waits any more. */
  settle(id: number): PendingCall | undefined {
    const call = this.#pending.settle(id);
    if (call === 'unknown') throw protocolError('an answer to a request that was never made');
    return call === 'late' ? undefined : call;
  }

  #send(call: PendingCall, request: HostedRequest): void {
    if (this.#pending.size >= maxPending) return call.reject(callNotTaken(call));
    try {
      const frame = encodeToService({ type: 'request', call: call.id, request });
      this.#pending.add(call);
      call.sent = true;
      this.#outbox!.sendControl(frame);
    } catch (error) {
      call.reject(callUnsendable(error));
    }
  }
}
