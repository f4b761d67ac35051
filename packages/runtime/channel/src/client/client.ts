import {
  errorFromData,
  GatewayError,
  newCorrelationId,
  toGatewayError,
  type Clock,
  type Logger,
} from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { hostNotAvailable, protocolError } from '../wire/channel-error.js';
import { ClientCalls, type ClientCall } from './client-calls.js';
import { copyColumns, readColumnsHeader, type ColumnsHeader } from '../wire/columns-codec.js';
import { decodeHostMessage, encodeControl } from '../wire/control-codec.js';
import { FrameDecoder, frameKinds, type FrameKind } from '../wire/frames.js';
import {
  protocolVersion,
  type HostMessage,
  type InitParameters,
  type ProcessParameters,
  type ReadyMessage,
  type ResultMessage,
  type SupervisorMessage,
} from '../messages.js';
import type { HostLink, HostLinkOwner } from './host-link.js';
import type { Operation } from './operation-log.js';
import { defaultOutboxLimits, Outbox, type OutboxLimits } from './outbox.js';
import { maintenanceTimeoutMs, ProxySession } from './proxy-session.js';
import type { Transport } from '../wire/transport.js';

export interface HostClientDependencies {
  readonly driverId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What a new process is told of itself; asked at each `hello`. */
  init(process: ProcessParameters): InitParameters;
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
  readonly process: ProcessParameters;
  readonly owner: HostLinkOwner;
}

/** The Supervisor's end: turns the frames of one Host after another into one DriverSession. */
export class HostClient implements HostLink {
  readonly #deps: HostClientDependencies;
  readonly #proxy: ProxySession;
  readonly #calls: ClientCalls;
  #connection: Connection | undefined;
  #phase: Phase = 'detached';
  #hasBeenReady = false;
  #footprintBytes = 0;

  constructor(deps: HostClientDependencies) {
    this.#deps = deps;
    this.#calls = new ClientCalls({ clock: deps.clock, post: (message) => this.#postToSession(message) });
    this.#proxy = new ProxySession({
      clock: deps.clock,
      logger: deps.logger,
      call: (call) => this.#call(call),
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

  get lateReplies(): number {
    return this.#calls.lateReplies;
  }

  get operations(): readonly Operation[] {
    return this.#calls.operations;
  }

  /** Answers the Host's `hello` with `init`. */
  attach(transport: Transport, process: ProcessParameters, owner: HostLinkOwner): void {
    const outbox = new Outbox(transport, this.#deps.limits ?? defaultOutboxLimits);
    const connection: Connection = { transport, outbox, process, owner };
    this.#connection = connection;
    this.#calls.connect(outbox);
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

  detach(error: GatewayError): void {
    if (!this.#connection) return;
    this.#connection = undefined;
    this.#phase = 'detached';
    this.#calls.lost(error);
    this.#proxy.lost(error);
  }

  setSuspect(suspect: boolean): void {
    if (suspect && this.#phase === 'open') this.#phase = 'suspect';
    else if (!suspect && this.#phase === 'suspect') this.#phase = 'open';
  }

  ping(sequence: number): void {
    this.#post({ type: 'ping', sequence });
  }

  async collectGarbage(): Promise<void> {
    const deadlineMs = this.#deps.clock.monotonicMs() + maintenanceTimeoutMs;
    const context = { correlationId: newCorrelationId(), deadlineMs, signal: new AbortController().signal };
    await this.#call({ request: { capability: 'gc' }, device: undefined, context });
  }

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
    this.#calls.cancelAll();
    if (this.#phase === 'open' || this.#phase === 'suspect') this.#phase = 'closed';
  }

  #call(call: ClientCall): Promise<unknown> {
    const refusal = this.#connection ? refusals[this.#phase] : refusals.detached;
    if (refusal !== undefined) return Promise.reject(hostNotAvailable(this.#deps.driverId, refusal));
    return this.#calls.make(call);
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
    else if (kind === frameKinds.readResult) this.#readResult(readColumnsHeader(payload), payload);
    else this.#proxy.update(readColumnsHeader(payload), payload);
  }

  #message(connection: Connection, message: HostMessage): void {
    const { owner } = connection;
    switch (message.type) {
      case 'hello':
        return this.#hello(connection);
      case 'ready':
        return this.#ready(connection, message);
      case 'result':
        return this.#result(message);
      case 'error':
        return this.#calls.settle(message.call)?.reject(errorFromData(message.error));
      case 'rows':
        return this.#calls.rowsOf(message.call)?.add(message.rows);
      case 'alarms':
        return this.#proxy.alarms(message);
      case 'update-failed':
      case 'alarms-failed':
        return this.#proxy.subscriptionFailed(message.subscription, errorFromData(message.error));
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

  #hello({ process }: Connection): void {
    if (this.#phase !== 'greeting') throw protocolError('a second hello');
    this.#phase = 'starting';
    // A Host of another version gets an answer too: it is the one to exit, with the code that says so.
    this.#post({ type: 'init', protocol: protocolVersion, ...this.#deps.init(process) });
  }

  #ready({ outbox, owner }: Connection, message: ReadyMessage): void {
    if (this.#phase !== 'starting') throw protocolError('ready without init');
    this.#phase = 'open';
    this.#hasBeenReady = true;
    outbox.addCallCredits(message.callCredits);
    this.#proxy.ready(message.members);
    owner.ready();
  }

  #result({ call, value }: ResultMessage): void {
    const settled = this.#calls.settle(call);
    if (!settled) return;
    try {
      settled.resolve(settled.rows ? settled.rows.complete(value) : value);
    } catch (error) {
      settled.reject(toGatewayError(error));
      throw error;
    }
  }

  #readResult(header: ColumnsHeader, payload: Uint8Array): void {
    const into = this.#calls.columnsOf(header.id);
    if (into) copyColumns(header, payload, into);
    if (header.last) this.#calls.settle(header.id)?.resolve(undefined);
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
    connection.owner.lost(error);
  }
}
