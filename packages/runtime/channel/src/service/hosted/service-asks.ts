import { errorFromData, GatewayError, statusCodes, toGatewayError } from '@fieldwarden/core';
import type { Origin, WriteReply } from '@fieldwarden/gateway-contract';
import type { Outbox, OutgoingRequest } from '../../client/outbox.js';
import { callUnsendable } from '../../wire/call-errors.js';
import { protocolError } from '../../wire/channel-error.js';
import { encodeFromService } from '../service-codec.js';
import type { AskedWrite, ServiceAsk, WriteReplyData } from '../service-messages.js';

type Entry = readonly [key: string, value: unknown];

interface PendingAsk {
  readonly entries: Entry[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: GatewayError) => void;
}

export interface ServiceAsksDependencies {
  readonly outbox: Outbox;
  /** False while the service sees old values: what its clients want written then was decided on these, or has waited. */
  readonly mayWrite: () => boolean;
  readonly onIdle: () => void;
}

/** In a Host: what its service asked of the gateway and has no answer to. Each is sent once; when the gateway is gone, so is the Host. */
export class ServiceAsks {
  readonly #deps: ServiceAsksDependencies;
  readonly #pending = new Map<number, PendingAsk>();
  #nextCall = 1;
  #writes = 0;

  constructor(deps: ServiceAsksDependencies) {
    this.#deps = deps;
  }

  /** Writes whose outcome is not known yet. */
  get writes(): number {
    return this.#writes;
  }

  /** Rejects with GatewayErrors. */
  ask(ask: ServiceAsk): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = this.#nextCall++;
      const request: OutgoingRequest = { encode: () => this.#encode(call, ask) };
      this.#pending.set(call, { entries: [], resolve, reject });
      if (this.#deps.outbox.sendRequest(request, ask.kind === 'write' ? 'write' : 'other')) return;
      this.#pending.delete(call);
      reject(tooManyAsks(ask.kind));
    });
  }

  /** Never rejects: what can't be sent was not sent. */
  async write(items: readonly AskedWrite[], origin: Origin): Promise<readonly WriteReply[]> {
    if (!this.#deps.mayWrite()) return items.map(() => notCurrent());
    this.#writes += 1;
    try {
      const replies = (await this.ask({ kind: 'write', items, origin })) as readonly WriteReplyData[];
      return replies.map((reply) => ('error' in reply ? errorFromData(reply.error) : reply.answer));
    } catch (error) {
      return items.map(() => toGatewayError(error));
    } finally {
      this.#writes -= 1;
      if (this.#writes === 0) this.#deps.onIdle();
    }
  }

  answer(call: number, value: unknown): void {
    const ask = this.#take(call);
    ask.resolve(ask.entries.length > 0 ? ask.entries : value);
  }

  entries(call: number, entries: readonly Entry[]): void {
    const ask = this.#pending.get(call);
    if (!ask) throw protocolError('entries that nobody asked for');
    for (const entry of entries) ask.entries.push(entry);
  }

  refuse(call: number, error: GatewayError): void {
    this.#take(call).reject(error);
  }

  #take(call: number): PendingAsk {
    const ask = this.#pending.get(call);
    if (!ask) throw protocolError('an answer to what nobody asked');
    this.#pending.delete(call);
    this.#deps.outbox.addCallCredits(1);
    return ask;
  }

  /** A write that had to wait may have become one that must not be sent any more. */
  #encode(call: number, ask: ServiceAsk): Uint8Array | undefined {
    if (ask.kind === 'write' && !this.#deps.mayWrite()) return this.#drop(call, notCurrent());
    try {
      return encodeFromService({ type: 'ask', call, ask });
    } catch (error) {
      return this.#drop(call, callUnsendable(error));
    }
  }

  #drop(call: number, error: GatewayError): undefined {
    this.#pending.get(call)!.reject(error);
    this.#pending.delete(call);
  }
}

function notCurrent(): GatewayError {
  const message =
    'not sent: the values of the tags are not current here, since the gateway or this service stood still; write again';
  return new GatewayError({
    code: 'SERVICE_TAGS_NOT_CURRENT',
    kind: 'unreachable',
    message,
    status: statusCodes.BadNoCommunication,
    writeOutcome: 'not-sent',
  });
}

function tooManyAsks(what: string): GatewayError {
  const message = `the service asks more than the gateway can answer; ${what} was not sent`;
  return new GatewayError({ code: 'SERVICE_ASKS_TOO_MUCH', kind: 'overloaded', message, writeOutcome: 'not-sent' });
}
