import type { Origin } from '@fieldwarden/gateway-contract';
import {
  errorFromData,
  GatewayError,
  newCorrelationId,
  toGatewayError,
  type Clock,
  type Logger,
} from '@fieldwarden/core';
import type { ServiceAddress } from '@fieldwarden/service';
import type { HostLink, HostLinkOwner } from '../../client/host-link.js';
import type { Operation } from '../../client/operation-log.js';
import { defaultOutboxLimits, Outbox } from '../../client/outbox.js';
import { protocolVersion, type ProcessParameters } from '../../messages.js';
import { protocolError } from '../../wire/channel-error.js';
import { FrameDecoder, frameKinds, type FrameKind } from '../../wire/frames.js';
import type { Transport } from '../../wire/transport.js';
import { AnsweredAsks, type HostedSurroundings } from './answered-asks.js';
import { SentAlarms } from './sent-alarms.js';
import { AskAge } from './ask-age.js';
import { ServiceCalls } from './service-calls.js';
import { decodeFromService, encodeToService } from '../service-codec.js';
import type {
  FromServiceMessage,
  ServiceParameters,
  ServiceReport,
  HostedRequest,
  ServiceTell,
  ToServiceMessage,
} from '../service-messages.js';
import { MirrorFeed } from '../tags/tag-feed.js';

/** For an answer of the service; the Host is watched by its pings, not by these. */
const timeoutsMs = { request: 30_000, apply: 30_000, gc: 10_000 } as const;

export interface ServiceClientDependencies {
  readonly serviceId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What a new process is told of its service; asked at each `hello`. */
  parameters(): ServiceParameters;
  readonly around: HostedSurroundings;
  /** Told synchronously of what the service says of itself. Must not throw. */
  readonly listener: ServiceClientListener;
}

export interface ServiceClientListener {
  reported(report: ServiceReport): void;
  /** The service said why it can't go on, or its Host did; its end follows. */
  failing(error: GatewayError): void;
}

/** Whether requests can be made; the text goes into the error of those that can't. */
const refusals = {
  detached: 'is down',
  greeting: 'is starting',
  starting: 'is starting',
  open: undefined,
  suspect: 'does not answer',
  draining: 'is stopping',
  failing: 'has failed',
} as const;

/** All that belongs to one channel and goes with it. */
interface Connection {
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly process: ProcessParameters;
  readonly owner: HostLinkOwner;
  readonly asks: AnsweredAsks;
  readonly askAge: AskAge;
  readonly feed: MirrorFeed;
  /** From `hello` on. */
  alarms: SentAlarms | undefined;
  /** From `hello` on. */
  access: Disposable | undefined;
  /** Those who wait for room in the transport. */
  readonly waiting: (() => void)[];
}

/** The gateway's end: turns the frames of one Host after another into one service that can be asked. */
export class ServiceClient implements HostLink {
  readonly #deps: ServiceClientDependencies;
  readonly #calls: ServiceCalls;
  #connection: Connection | undefined;
  #phase: keyof typeof refusals = 'detached';
  #address: ServiceAddress | undefined;
  #conflatedBefore = 0;

  constructor(deps: ServiceClientDependencies) {
    this.#deps = deps;
    this.#calls = new ServiceCalls(deps.clock);
  }

  /** Where others reach the service; undefined while it does not run. */
  get address(): ServiceAddress | undefined {
    return this.#address;
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

  /** Changes of tags that a newer one replaced before the Host could be told, over all channels. */
  get conflatedValues(): number {
    return this.#conflatedBefore + (this.#connection?.feed.conflatedValues ?? 0);
  }

  attach(transport: Transport, process: ProcessParameters, owner: HostLinkOwner): void {
    const connection = this.#connect(transport, process, owner);
    this.#connection = connection;
    this.#calls.connect(connection.outbox);
    this.#phase = 'greeting';
    const decoder = new FrameDecoder((kind, payload) => {
      if (this.#connection === connection) this.#frame(connection, kind, payload);
    });
    transport.receive({
      bytes: (chunk) =>
        this.#guarded(connection, () => {
          connection.askAge.heard();
          decoder.push(chunk);
        }),
      drained: () => this.#guarded(connection, () => drained(connection)),
      closed: (error) => this.#closed(connection, error),
    });
  }

  detach(error: GatewayError): void {
    const connection = this.#connection;
    if (!connection) return;
    this.#conflatedBefore = this.conflatedValues;
    this.#connection = undefined;
    this.#phase = 'detached';
    this.#address = undefined;
    connection.feed[Symbol.dispose]();
    connection.alarms?.[Symbol.dispose]();
    connection.access?.[Symbol.dispose]();
    connection.asks.end();
    this.#calls.lost(error);
    for (const go of connection.waiting.splice(0)) go();
  }

  setSuspect(suspect: boolean): void {
    if (suspect && this.#phase === 'open') this.#phase = 'suspect';
    else if (!suspect && this.#phase === 'suspect') this.#phase = 'open';
  }

  ping(sequence: number): void {
    this.#connection?.askAge.pinged(sequence);
    this.#post({ type: 'ping', sequence });
  }

  async collectGarbage(): Promise<void> {
    await this.#ask({ kind: 'gc' }, 'gc', newCorrelationId(), timeoutsMs.gc);
  }

  drain(): void {
    if (this.#connection) this.#phase = 'draining';
    this.#post({ type: 'drain' });
  }

  stop(): void {
    if (this.#connection) this.#phase = 'draining';
    this.#post({ type: 'stop' });
  }

  /** Rejects with the service's own error, or with kind `host-lost` or `timeout`. */
  request(name: string, body: unknown, origin: Origin): Promise<unknown> {
    return this.#ask({ kind: 'request', name, body, origin }, name, origin.correlationId, timeoutsMs.request);
  }

  /** Has the running service take other settings over. Rejects like `request`. */
  async apply(settings: unknown): Promise<void> {
    await this.#ask({ kind: 'apply', settings }, 'apply', newCorrelationId(), timeoutsMs.apply);
  }

  #ask(request: HostedRequest, what: string, correlationId: string, timeoutMs: number): Promise<unknown> {
    const refusal = refusals[this.#phase];
    if (refusal !== undefined) return Promise.reject(notAvailable(this.#deps.serviceId, refusal));
    return this.#calls.make(request, what, correlationId, timeoutMs);
  }

  #connect(transport: Transport, process: ProcessParameters, owner: HostLinkOwner): Connection {
    const { around, clock, logger } = this.#deps;
    const outbox = new Outbox(transport, defaultOutboxLimits);
    const waiting: (() => void)[] = [];
    const askAge = new AskAge(clock);
    const asks = new AnsweredAsks(around, {
      mayBeOld: () => askAge.mayBeOld,
      send: (message) => this.#post(message),
      whenWritable: () => (outbox.writable ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
      began: (what, correlationId) => this.#calls.record(what, correlationId),
    });
    const port = { writable: () => outbox.writable, sendFrame: (frame: Uint8Array) => outbox.sendFrame(frame) };
    const feed = new MirrorFeed({ source: around.tags, port, clock, logger });
    return { transport, outbox, process, owner, asks, askAge, feed, alarms: undefined, access: undefined, waiting };
  }

  #post(message: ToServiceMessage): void {
    const connection = this.#connection;
    if (!connection || this.#phase === 'greeting') return;
    if (connection.outbox.sendControl(encodeToService(message))) return;
    this.#lost(connection, protocolError('the Host does not read: too many control messages wait for it'));
  }

  #frame(connection: Connection, kind: FrameKind, payload: Uint8Array): void {
    if (kind !== frameKinds.control) throw protocolError('values from the Host of a service');
    this.#message(connection, decodeFromService(payload));
  }

  #message(connection: Connection, message: FromServiceMessage): void {
    const { owner, asks, askAge, feed } = connection;
    if (this.#phase === 'greeting' && !greetings.has(message.type)) throw protocolError(`${message.type} before hello`);
    switch (message.type) {
      case 'hello':
        return this.#hello(connection);
      case 'ready':
        return this.#ready(connection, message.address);
      case 'tag-credits':
        return feed.addCredits(message.amount);
      case 'tags-sync':
        return feed.sync(() => this.#post({ type: 'tags-synced', round: message.round }));
      case 'report':
        return this.#deps.listener.reported(message.report);
      case 'ask':
        return asks.ask(message);
      case 'tell':
        return this.#told(asks, message.what);
      case 'result':
        return this.#calls.settle(message.call)?.resolve(message.value);
      case 'error':
        return this.#calls.settle(message.call)?.reject(errorFromData(message.error));
      case 'pong':
        askAge.ponged(message.sequence);
        return owner.pong({ ...message, conflatedValues: this.conflatedValues });
      case 'log':
        return owner.log(message);
      case 'fatal':
        owner.fatal(message);
        return this.#failing(errorFromData(message.error));
      case 'drained':
        return owner.drained();
    }
  }

  /** What the gateway makes of it is not the Host's fault: only a breach of the protocol is. */
  #told(asks: AnsweredAsks, what: ServiceTell): void {
    try {
      asks.told(what);
    } catch (error) {
      const { kind, message } = toGatewayError(error);
      if (kind === 'protocol') throw error;
      this.#deps.logger.error(`${what.kind} of a service failed: ${message}`, { error });
    }
  }

  #hello(connection: Connection): void {
    const { process, feed } = connection;
    if (this.#phase !== 'greeting') throw protocolError('a second hello');
    this.#phase = 'starting';
    this.#post({ type: 'init', protocol: protocolVersion, ...this.#deps.parameters(), ...process });
    feed.start();
    const { around, clock } = this.#deps;
    connection.alarms = new SentAlarms(around.alarmFeed, clock, (alarms) =>
      this.#post({ type: 'alarms-told', alarms }),
    );
    connection.access = around.access.follow((name, principal) =>
      this.#post({ type: 'access-changed', name, principal }),
    );
  }

  #ready({ owner, askAge }: Connection, address: ServiceAddress | undefined): void {
    if (this.#phase !== 'starting') throw protocolError('ready without init');
    this.#phase = 'open';
    this.#address = address;
    askAge.watch();
    owner.ready();
  }

  #failing(error: GatewayError): void {
    this.#phase = 'failing';
    this.#address = undefined;
    this.#deps.listener.failing(error);
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
    const message = `the Host of service ${this.#deps.serviceId} closed its channel`;
    this.#lost(connection, new GatewayError({ code: 'HOST_LOST', kind: 'host-lost', message, cause }));
  }

  #lost(connection: Connection, error: GatewayError): void {
    if (this.#connection !== connection) return;
    this.detach(error);
    connection.owner.lost(error);
  }
}

/** What a Host may say before it was told who it is. */
const greetings: ReadonlySet<FromServiceMessage['type']> = new Set(['hello', 'fatal']);

function drained({ outbox, feed, waiting }: Connection): void {
  outbox.drained();
  if (!outbox.writable) return;
  for (const go of waiting.splice(0)) go();
  feed.resume();
}

function notAvailable(serviceId: string, why: string): GatewayError {
  const message = `service ${serviceId} ${why}`;
  return new GatewayError({ code: 'SERVICE_NOT_RUNNING', kind: 'unreachable', message, writeOutcome: 'not-sent' });
}
