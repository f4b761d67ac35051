import type { Clock, GatewayError, ValueColumns } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';
import { callCancelled, callLost, callNotTaken, callUnsendable } from '../wire/call-errors.js';
import { protocolError } from '../wire/channel-error.js';
import { encodeControl } from '../wire/control-codec.js';
import { ArrivingRows } from './history-answers.js';
import type { SupervisorMessage } from '../messages.js';
import { isAction, isHistory, isMaintenance, type CapabilityRequest } from '../requests.js';
import { OperationLog, type Operation } from './operation-log.js';
import type { Outbox, OutboxLane, OutgoingRequest } from './outbox.js';
import { PendingCalls, type PendingCall } from './pending-calls.js';

/** A call to be made. */
export interface ClientCall {
  readonly request: CapabilityRequest;
  /** Undefined for calls that concern the whole session. */
  readonly device: string | undefined;
  readonly context: CallContext;
  /** Where a read's rows go. */
  readonly into?: ValueColumns;
}

export interface ClientCallsDependencies {
  readonly clock: Clock;
  /** For cancels. */
  post(message: SupervisorMessage): void;
}

/** The Supervisor's calls of one Host after another: each is sent, and settled by answer, deadline, abort or loss. */
export class ClientCalls {
  readonly #deps: ClientCallsDependencies;
  readonly #pending: PendingCalls;
  readonly #operations: OperationLog;
  readonly #requests = new Map<number, OutgoingRequest>();
  #outbox: Outbox | undefined;
  #nextCall = 1;

  constructor(deps: ClientCallsDependencies) {
    this.#deps = deps;
    this.#operations = new OperationLog(deps.clock);
    this.#pending = new PendingCalls(deps.clock, (call) => this.#abandoned(call));
  }

  get size(): number {
    return this.#pending.size;
  }

  get lateReplies(): number {
    return this.#pending.lateReplies;
  }

  /** The last calls of the present or last Host, oldest first. */
  get operations(): readonly Operation[] {
    return this.#operations.list();
  }

  /** A new Host: calls go out through `outbox` from now on. */
  connect(outbox: Outbox): void {
    this.#outbox = outbox;
    this.#operations.clear();
  }

  /** The Host is gone: every pending call rejects in this tick. */
  lost(error: GatewayError): void {
    this.#outbox = undefined;
    this.#requests.clear();
    this.#pending.rejectAll((call) => callLost(call, error));
  }

  cancelAll(): void {
    this.#pending.abandonAll(callCancelled);
  }

  /** Only while connected. Rejects with GatewayErrors. */
  make({ request, device, context, into }: ClientCall): Promise<unknown> {
    const { capability } = request;
    const operation = this.#operations.begin(capability, device, context.correlationId);
    return new Promise((resolve, reject) => {
      const call: PendingCall = {
        id: this.#nextCall++,
        what: capability,
        deadlineMs: context.deadlineMs,
        into,
        rows: isHistory(request) ? new ArrivingRows() : undefined,
        resolve: (value) => {
          this.#operations.end(operation, 'ok');
          resolve(value);
        },
        reject: (error) => {
          this.#operations.end(operation, error.code);
          reject(error);
        },
        sent: false,
        unlisten: undefined,
      };
      this.#pending.add(call);
      this.#send(call, request, context);
    });
  }

  #send(call: PendingCall, request: CapabilityRequest, context: CallContext): void {
    const outgoing = { encode: () => this.#encode(call, request, context) };
    this.#requests.set(call.id, outgoing);
    if (!this.#outbox!.sendRequest(outgoing, laneOf(request))) this.#pending.abandon(call, callNotTaken(call));
    // A read costs no AbortController per scan: it is given up at its deadline, which the Host knows too.
    else if (call.what !== 'read') this.#cancelOnAbort(call, context.signal);
  }

  #encode(call: PendingCall, request: CapabilityRequest, context: CallContext): Uint8Array | undefined {
    this.#requests.delete(call.id);
    const untilDeadlineMs = call.deadlineMs - this.#deps.clock.monotonicMs();
    const remainingMs = isAction(request) ? untilDeadlineMs - lastWordMs(untilDeadlineMs) : untilDeadlineMs;
    const { correlationId } = context;
    try {
      const frame = encodeControl({ type: 'request', call: call.id, correlationId, remainingMs, request });
      call.sent = true;
      return frame;
    } catch (error) {
      this.#pending.settle(call.id);
      call.reject(callUnsendable(error));
      return undefined;
    }
  }

  #cancelOnAbort(call: PendingCall, signal: AbortSignal): void {
    if (!this.#pending.get(call.id)) return;
    const onAbort = (): void => this.#pending.abandon(call, callCancelled(call));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    call.unlisten = () => signal.removeEventListener('abort', onAbort);
  }

  #abandoned(call: PendingCall): void {
    const request = this.#requests.get(call.id);
    this.#requests.delete(call.id);
    if (request) this.#outbox?.withdraw(request);
    if (call.sent) this.#deps.post({ type: 'cancel', call: call.id });
  }

  /** Where the rows of this answer go; undefined for an answer that came too late. Throws kind `protocol` for any other. */
  columnsOf(id: number): ValueColumns | undefined {
    const call = this.#pending.get(id);
    if (call && !call.into) throw protocolError(`values for a call of ${call.what}`);
    if (!call && !this.#pending.isAbandoned(id)) throw protocolError('values for a call that was never made');
    return call?.into;
  }

  /** Where these rows of a history read go; undefined when they come too late. Throws kind `protocol` for any other call. */
  rowsOf(id: number): ArrivingRows | undefined {
    const call = this.#pending.get(id);
    if (call && !call.rows) throw protocolError(`rows of history for a call of ${call.what}`);
    if (!call && !this.#pending.isAbandoned(id)) throw protocolError('rows for a call that was never made');
    return call?.rows;
  }

  /** Takes the answered call out and its credit back; undefined when its caller gave up before. */
  settle(id: number): PendingCall | undefined {
    const call = this.#pending.settle(id);
    if (call === 'unknown') throw protocolError('an answer to a call that was never made');
    this.#outbox?.addCallCredits(1);
    return call === 'late' ? undefined : call;
  }
}

/** The Host alone knows which items of a write were sent: it stops so much earlier that its answer is here by the deadline. */
function lastWordMs(untilDeadlineMs: number): number {
  return Math.min(50, Math.max(0, untilDeadlineMs) / 10);
}

function laneOf(request: CapabilityRequest): OutboxLane {
  if (isAction(request)) return 'write';
  return isMaintenance(request) ? 'urgent' : 'other';
}
