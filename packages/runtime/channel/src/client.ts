import {
  errorFromData,
  GatewayError,
  toGatewayError,
  type Clock,
  type Logger,
  type ValueColumns,
} from '@fieldwarden/core';
import type { CallContext, DriverSession } from '@fieldwarden/driver';
import { callCancelled, callLost, callNotTaken, callUnsendable } from './call-errors.js';
import { hostNotAvailable, protocolError } from './channel-error.js';
import { copyColumns, readColumnsHeader, type ColumnsHeader } from './columns-codec.js';
import { decodeHostMessage, encodeControl } from './control-codec.js';
import { FrameDecoder, frameKinds, type FrameKind } from './frames.js';
import {
  protocolVersion,
  type CapabilityRequest,
  type FatalMessage,
  type HostMessage,
  type InitParameters,
  type LogMessage,
  type PongMessage,
  type ReadyMessage,
  type SupervisorMessage,
} from './messages.js';
import { defaultOutboxLimits, Outbox, type OutboxLimits, type OutgoingRequest } from './outbox.js';
import { PendingCalls, type PendingCall } from './pending-calls.js';
import { ProxySession } from './proxy-session.js';
import type { Transport } from './transport.js';

/** Who watches the Host. Called in the tick in which the message arrived; must not throw. */
export interface HostClientOwner {
  /** The session in the Host is open; plans and subscriptions in use have been renewed. */
  ready(message: ReadyMessage): void;
  pong(message: PongMessage): void;
  log(message: LogMessage): void;
  fatal(message: FatalMessage): void;
  drained(): void;
  /** The Host broke the protocol (kind `protocol`) or its end closed (kind `host-lost`). Once per channel; nothing follows. */
  lost(error: GatewayError): void;
}

export interface HostClientDeps {
  readonly driverId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly owner: HostClientOwner;
  readonly limits?: OutboxLimits;
}

/** Whether calls can be made; the text goes into the error of those that can't. */
const refusals = {
  detached: 'is down',
  greeting: 'is starting',
  starting: 'is starting',
  open: undefined,
  suspect: 'does not answer',
  draining: 'is stopping',
  closed: 'was closed by its user',
} as const;

type Phase = keyof typeof refusals;

/** All that belongs to one channel and goes with it. */
interface Connection {
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly init: InitParameters;
}

/** The Supervisor's end: turns the frames of one Host after another into one DriverSession. */
export class HostClient {
  readonly #deps: HostClientDeps;
  readonly #proxy: ProxySession;
  readonly #calls: PendingCalls;
  readonly #requests = new Map<number, OutgoingRequest>();
  #connection: Connection | undefined;
  #phase: Phase = 'detached';
  #hasBeenReady = false;
  #nextCall = 1;
  #footprintBytes = 0;

  constructor(deps: HostClientDeps) {
    this.#deps = deps;
    this.#calls = new PendingCalls(deps.clock, (call) => this.#abandoned(call));
    this.#proxy = new ProxySession({
      clock: deps.clock,
      logger: deps.logger,
      call: (request, context, into) => this.#call(request, context, into),
      post: (message) => this.#postToSession(message),
      footprintBytes: () => this.#footprintBytes,
      closed: () => this.#sessionClosed(),
    });
  }

  /** The Proxy; undefined until a Host was ready for the first time, then the same object for good. */
  get session(): DriverSession | undefined {
    return this.#hasBeenReady ? this.#proxy.session : undefined;
  }

  get pendingCalls(): number {
    return this.#calls.size;
  }

  /** Answers that came after the caller had given up, over all channels. */
  get lateReplies(): number {
    return this.#calls.lateReplies;
  }

  /** Takes a new Host's channel and shakes hands: answers its `hello` with `init`. The previous channel must be detached. */
  attach(transport: Transport, init: InitParameters): void {
    const outbox = new Outbox(transport, this.#deps.limits ?? defaultOutboxLimits);
    const connection: Connection = { transport, outbox, init };
    this.#connection = connection;
    this.#phase = 'greeting';
    const decoder = new FrameDecoder((kind, payload) => {
      if (this.#connection === connection) this.#frame(connection, kind, payload);
    });
    transport.receive({
      bytes: (chunk) => this.#guarded(connection, () => decoder.push(chunk)),
      drained: () => this.#guarded(connection, () => outbox.drained()),
      closed: (error) => this.#closed(connection, error),
    });
  }

  /** Gives the channel up: every pending call rejects in this tick, what still arrives is ignored. */
  detach(error: GatewayError): void {
    if (!this.#connection) return;
    this.#connection = undefined;
    this.#phase = 'detached';
    this.#requests.clear();
    this.#calls.rejectAll((call) => callLost(call, error));
    this.#proxy.lost(error);
  }

  /** New calls fail at once while the Host does not answer pings; pending ones go on waiting. */
  setSuspect(suspect: boolean): void {
    if (suspect && this.#phase === 'open') this.#phase = 'suspect';
    else if (!suspect && this.#phase === 'suspect') this.#phase = 'open';
  }

  ping(sequence: number): void {
    this.#post({ type: 'ping', sequence });
  }

  /** New calls are refused, the Host finishes those in flight and answers `drained`. */
  drain(): void {
    if (this.#connection) this.#phase = 'draining';
    this.#post({ type: 'drain' });
  }

  stop(): void {
    if (this.#connection) this.#phase = 'draining';
    this.#post({ type: 'stop' });
  }

  /** The caller is done with the session; the process goes on until its owner ends it. */
  #sessionClosed(): void {
    this.#calls.abandonAll(callCancelled);
    if (this.#phase === 'open' || this.#phase === 'suspect') this.#phase = 'closed';
  }

  #call(request: CapabilityRequest, context: CallContext, into: ValueColumns | undefined): Promise<unknown> {
    const connection = this.#connection;
    const refusal = refusals[this.#phase];
    if (!connection || refusal !== undefined) return Promise.reject(this.#refused(refusal ?? refusals.detached));
    return new Promise((resolve, reject) => {
      const id = this.#nextCall++;
      const what = request.capability;
      const call: PendingCall = {
        id,
        what,
        deadlineMs: context.deadlineMs,
        into,
        resolve,
        reject,
        sent: false,
        unlisten: undefined,
      };
      const outgoing = { encode: () => this.#encodeRequest(call, request, context) };
      this.#calls.add(call);
      this.#requests.set(id, outgoing);
      if (!connection.outbox.sendRequest(outgoing, what === 'write')) this.#calls.abandon(call, callNotTaken(call));
      // A read costs no AbortController per scan: it is given up at its deadline, which the Host knows too.
      else if (what !== 'read') this.#cancelOnAbort(call, context.signal);
    });
  }

  #encodeRequest(call: PendingCall, request: CapabilityRequest, context: CallContext): Uint8Array | undefined {
    this.#requests.delete(call.id);
    const remainingMs = call.deadlineMs - this.#deps.clock.monotonicMs();
    const { correlationId } = context;
    try {
      const frame = encodeControl({ type: 'request', call: call.id, correlationId, remainingMs, request });
      call.sent = true;
      return frame;
    } catch (error) {
      this.#calls.settle(call.id);
      call.reject(callUnsendable(error));
      return undefined;
    }
  }

  #cancelOnAbort(call: PendingCall, signal: AbortSignal): void {
    if (!this.#calls.get(call.id)) return;
    const onAbort = (): void => this.#calls.abandon(call, callCancelled(call));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    call.unlisten = () => signal.removeEventListener('abort', onAbort);
  }

  #abandoned(call: PendingCall): void {
    const request = this.#requests.get(call.id);
    this.#requests.delete(call.id);
    if (request) this.#connection?.outbox.withdraw(request);
    if (call.sent) this.#post({ type: 'cancel', call: call.id });
  }

  /** Plans, credits and cancels are for an open session; what is in use is renewed when it opens. */
  #postToSession(message: SupervisorMessage): void {
    if (this.#phase !== 'greeting' && this.#phase !== 'starting') this.#post(message);
  }

  #post(message: SupervisorMessage): void {
    const connection = this.#connection;
    if (!connection || this.#phase === 'greeting') return;
    if (connection.outbox.sendControl(encodeControl(message))) return;
    this.#lost(connection, protocolError('the Host does not read: too many control messages wait for it'));
  }

  #frame(connection: Connection, kind: FrameKind, payload: Uint8Array): void {
    if (kind === frameKinds.control) this.#message(connection, decodeHostMessage(payload));
    else if (this.#phase === 'greeting' || this.#phase === 'starting') throw protocolError('values before ready');
    else if (kind === frameKinds.readResult) this.#readResult(connection, readColumnsHeader(payload), payload);
    else this.#proxy.update(readColumnsHeader(payload), payload);
  }

  #message(connection: Connection, message: HostMessage): void {
    const { owner } = this.#deps;
    switch (message.type) {
      case 'hello':
        return this.#hello(connection);
      case 'ready':
        return this.#ready(connection, message);
      case 'result':
        return this.#settled(connection, message.call)?.resolve(message.value);
      case 'error':
        return this.#settled(connection, message.call)?.reject(errorFromData(message.error));
      case 'update-failed':
        return this.#proxy.updateFailed(message.subscription, errorFromData(message.error));
      case 'pong':
        this.#footprintBytes = message.footprintBytes ?? 0;
        return owner.pong(message);
      case 'log':
        return owner.log(message);
      case 'fatal':
        return owner.fatal(message);
      case 'drained':
        return owner.drained();
    }
  }

  #hello({ init }: Connection): void {
    if (this.#phase !== 'greeting') throw protocolError('a second hello');
    this.#phase = 'starting';
    // A Host of another version gets an answer too: it is the one to exit, with the code that says so.
    this.#post({ type: 'init', protocol: protocolVersion, ...init });
  }

  #ready({ outbox }: Connection, message: ReadyMessage): void {
    if (this.#phase !== 'starting') throw protocolError('ready without init');
    this.#phase = 'open';
    this.#hasBeenReady = true;
    outbox.addCallCredits(message.callCredits);
    this.#proxy.ready(message.members);
    this.#deps.owner.ready(message);
  }

  #readResult(connection: Connection, header: ColumnsHeader, payload: Uint8Array): void {
    const call = this.#calls.get(header.id);
    if (call) {
      if (!call.into) throw protocolError(`values for a call of ${call.what}`);
      copyColumns(header, payload, call.into);
    } else if (!this.#calls.isAbandoned(header.id)) throw protocolError('values for a call that was never made');
    if (header.last) this.#settled(connection, header.id)?.resolve(undefined);
  }

  #settled({ outbox }: Connection, id: number): PendingCall | undefined {
    const call = this.#calls.settle(id);
    if (call === 'unknown') throw protocolError('an answer to a call that was never made');
    outbox.addCallCredits(1);
    return call === 'late' ? undefined : call;
  }

  #guarded(connection: Connection, work: () => void): void {
    if (this.#connection !== connection) return;
    try {
      work();
    } catch (error) {
      this.#lost(connection, toGatewayError(error, 'CHANNEL_PROTOCOL'));
    }
  }

  #closed(connection: Connection, cause: Error | undefined): void {
    const message = `the Host of driver ${this.#deps.driverId} closed its channel`;
    this.#lost(connection, new GatewayError({ code: 'HOST_LOST', kind: 'host-lost', message, cause }));
  }

  #lost(connection: Connection, error: GatewayError): void {
    if (this.#connection !== connection) return;
    this.detach(error);
    this.#deps.owner.lost(error);
  }

  #refused(why: string): GatewayError {
    return hostNotAvailable(this.#deps.driverId, why);
  }
}
