import { errorFromData, errorToData, GatewayError, messageOf, type Clock } from '@fieldwarden/core';
import { RememberedAlarms, type Service, type ServiceContext } from '@fieldwarden/service';
import { defaultOutboxLimits, Outbox } from '../../client/outbox.js';
import { exitCodes, protocolVersion, type HostVitals } from '../../messages.js';
import { HostLogger, inCallScope } from '../../served/host-logger.js';
import { protocolError } from '../../wire/channel-error.js';
import { readColumnsHeader } from '../../wire/columns-codec.js';
import { FrameDecoder, frameKinds, type FrameKind } from '../../wire/frames.js';
import type { Transport } from '../../wire/transport.js';
import { GuardedContext } from './guarded-context.js';
import { hostedContext } from './hosted-context.js';
import { HostedDesk } from './hosted-desk.js';
import { MirrorIntake } from '../tags/mirror-intake.js';
import { ServiceAsks } from './service-asks.js';
import { decodeToService, encodeFromService } from '../service-codec.js';
import {
  askCredits,
  type FromServiceMessage,
  type ServiceInitMessage,
  type HostedRequest,
  type ServiceRequestMessage,
  type ServiceTell,
  type ToServiceMessage,
} from '../service-messages.js';
import { ServiceReports } from './service-reports.js';

export interface ServiceServerDependencies {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly pid: number;
  /** Loads the service that `init` names. A rejection of kind `config` ends the Host with exit code 78, any other with 1. */
  load(init: ServiceInitMessage): Promise<(context: ServiceContext) => Service>;
  /** `ready` was sent. */
  opened?(watchAfterMs: number): void;
  vitals(): HostVitals;
  /** Collects the garbage of the whole process, before it returns. */
  collectGarbage(): void;
  /** The gateway wants the Host to end: closes what runs, and exits. */
  stop(): void;
  /** The Host can't go on: `fatal` was sent if there is anybody to read it. What runs is closed first, if it can be. */
  abandon(code: number): void;
  /** The Host ends at once. */
  exit(code: number): void;
}

/** The Host's end: runs one Service, whose gateway is at the other end of the channel. */
export class ServiceServer {
  readonly #deps: ServiceServerDependencies;
  readonly #outbox: Outbox;
  readonly #asks: ServiceAsks;
  readonly #desk: HostedDesk;
  readonly #alarms = new RememberedAlarms();
  readonly #starting = new AbortController();
  #intake: MirrorIntake | undefined;
  #service: Service | undefined;
  #reports: ServiceReports | undefined;
  #phase: 'greeting' | 'opening' | 'open' | 'draining' | 'failed' = 'greeting';
  #requests = 0;
  #answered = 0;
  #droppedLogs = 0;

  constructor(deps: ServiceServerDependencies) {
    this.#deps = deps;
    this.#outbox = new Outbox(deps.transport, defaultOutboxLimits);
    this.#asks = new ServiceAsks({
      outbox: this.#outbox,
      mayWrite: () => this.#intake?.currency.isCurrent ?? false,
      onIdle: () => this.#lookIdle(),
    });
    this.#desk = new HostedDesk(this.#asks);
  }

  /** Says hello and serves until the channel closes; then `exit` is called with 0. */
  start(): void {
    const { transport, pid } = this.#deps;
    const decoder = new FrameDecoder((kind, payload) => this.#frame(kind, payload));
    transport.receive({
      bytes: (chunk) =>
        this.#guarded(() => {
          this.#intake?.currency.heard();
          decoder.push(chunk);
        }),
      drained: () => this.#guarded(() => this.#outbox.drained()),
      closed: () => this.#deps.exit(0),
    });
    this.#outbox.addCallCredits(askCredits);
    this.#send({ type: 'hello', protocol: protocolVersion, pid });
  }

  /** Ends what runs; the service's last wishes (writes, records, alarms) still go out. */
  async close(): Promise<void> {
    this.#starting.abort();
    this.#reports?.[Symbol.dispose]();
    this.#intake?.currency[Symbol.dispose]();
    await this.#service?.stop();
  }

  /** Last words: tells the gateway why this process is about to end. */
  fatal(error: unknown, exitCode: number): void {
    this.#send({ type: 'fatal', exitCode, error: errorToData(error) });
  }

  #frame(kind: FrameKind, payload: Uint8Array): void {
    if (kind === frameKinds.control) return this.#message(decodeToService(payload));
    if (kind !== frameKinds.update || !this.#intake) throw protocolError('values that are none of tags');
    this.#intake.values(readColumnsHeader(payload), payload);
  }

  #message(message: ToServiceMessage): void {
    switch (message.type) {
      case 'init':
        return this.#init(message);
      case 'tags-defined':
      case 'tags-redefined':
      case 'tags-removed':
      case 'tags-complete':
        return this.#intake?.message(message);
      case 'tags-synced':
        return this.#intake?.currency.synced(message.round);
      case 'alarms-told':
        for (const alarm of message.alarms) this.#alarms.tell(alarm);
        return;
      case 'access-changed':
        return this.#desk.changed(message.name, message.principal);
      case 'answer':
        return this.#asks.answer(message.call, message.value);
      case 'entries':
        return this.#asks.entries(message.call, message.entries);
      case 'refuse':
        return this.#asks.refuse(message.call, errorFromData(message.error));
      case 'request':
        return this.#request(message);
      case 'ping':
        return this.#pong(message.sequence);
      case 'drain':
        this.#phase = 'draining';
        return this.#lookIdle();
      case 'stop':
        return this.#deps.stop();
    }
  }

  #init(message: ServiceInitMessage): void {
    if (this.#phase !== 'greeting') throw protocolError('a second init');
    if (message.protocol !== protocolVersion) return this.#refuseVersion(message.protocol);
    this.#phase = 'opening';
    const logger = new HostLogger((record) => this.#log(record), message.logLevels, { serviceId: message.serviceId });
    const intake = new MirrorIntake({
      clock: this.#deps.clock,
      logger,
      giveCredits: (amount) => this.#send({ type: 'tag-credits', amount }),
      askSync: (round) => this.#send({ type: 'tags-sync', round }),
    });
    this.#intake = intake;
    Promise.all([this.#deps.load(message), intake.complete]).then(
      ([create]) => this.#open(message, create, logger, intake),
      (error: unknown) => this.#loadFailed(error),
    );
  }

  #refuseVersion(theirs: number): void {
    const message = `the gateway speaks version ${theirs} of the channel, this Host version ${protocolVersion}`;
    this.fatal(new GatewayError({ code: 'CHANNEL_VERSION', kind: 'config', message }), exitCodes.protocolMismatch);
    this.#deps.exit(exitCodes.protocolMismatch);
  }

  #open(
    init: ServiceInitMessage,
    create: (context: ServiceContext) => Service,
    logger: HostLogger,
    { mirror }: MirrorIntake,
  ): void {
    const { clock } = this.#deps;
    const hosted = hostedContext({
      init,
      tags: mirror,
      alarmFeed: this.#alarms,
      access: this.#desk,
      asks: this.#asks,
      tell: (what) => this.#tell(what),
      clock,
      logger,
      fail: (error) => this.#failed(error),
    });
    // Whatever kind of error a start ends with, it is tried again (SPEC §16.3): a port that is taken may be free by then.
    this.#started(create, new GuardedContext(hosted).context, init).catch((error: unknown) => this.#failed(error));
  }

  async #started(
    create: (context: ServiceContext) => Service,
    context: ServiceContext,
    { watchAfterMs }: ServiceInitMessage,
  ): Promise<void> {
    const service = create(context);
    this.#service = service;
    const address = await service.start(this.#starting.signal);
    if (this.#phase !== 'opening') return;
    this.#phase = 'open';
    this.#send({ type: 'ready', address });
    this.#intake?.currency.watch();
    this.#reports = new ServiceReports({
      service,
      clock: this.#deps.clock,
      report: (report) => this.#send({ type: 'report', report }),
      fail: (error) => this.#failed(error),
    });
    this.#reports.now();
    this.#deps.opened?.(watchAfterMs);
  }

  /** What a service tells people must not be its end: data that can't be cloned is left out. Throws for a record that can't be sent. */
  #tell(what: ServiceTell): void {
    try {
      this.#send({ type: 'tell', what });
    } catch (error) {
      if (what.kind !== 'event') throw error;
      this.#send({ type: 'tell', what: { ...what, data: undefined } });
    }
  }

  #loadFailed(error: unknown): void {
    const isConfig = (error as { kind?: unknown } | undefined)?.kind === 'config';
    const code = isConfig ? exitCodes.badConfiguration : exitCodes.crashed;
    this.fatal(error, code);
    this.#deps.exit(code);
  }

  #failed(error: unknown): void {
    if (this.#phase === 'failed') return;
    this.#phase = 'failed';
    this.#reports?.[Symbol.dispose]();
    this.fatal(error, exitCodes.crashed);
    this.#deps.abandon(exitCodes.crashed);
  }

  #request({ call, request }: ServiceRequestMessage): void {
    this.#requests += 1;
    const fields =
      request.kind === 'request' ? { correlationId: request.origin.correlationId, request: request.name } : {};
    inCallScope(fields, () => this.#serve(request))
      .then((value) => this.#sendResult(call, value))
      .catch((error: unknown) => this.#send({ type: 'error', call, error: errorToData(error) }))
      .finally(() => {
        this.#requests -= 1;
        if (request.kind !== 'gc') this.#answered += 1;
        this.#lookIdle();
      });
  }

  async #serve(request: HostedRequest): Promise<unknown> {
    if (request.kind === 'gc') return this.#deps.collectGarbage();
    const service = this.#service;
    if (this.#phase !== 'open' || !service) throw notOpen();
    if (request.kind === 'apply') {
      if (!service.apply) throw unsupported('the service takes no settings over while it runs');
      return await service.apply(request.settings);
    }
    if (!service.request) throw unsupported('the service answers no requests');
    return await service.request(request.name, request.body, request.origin);
  }

  /** After a report, so that whoever has the answer sees what it changed. One that can't be sent is an error of the service. */
  #sendResult(call: number, value: unknown): void {
    this.#reports?.now();
    this.#send({ type: 'result', call, value });
  }

  #pong(sequence: number): void {
    this.#send({
      type: 'pong',
      sequence,
      pendingCalls: this.#requests,
      progress: this.#answered + (this.#intake?.taken ?? 0),
      conflatedValues: 0,
      droppedLogs: this.#droppedLogs,
      lostAlarms: 0,
      footprintBytes: undefined,
      ...this.#deps.vitals(),
    });
  }

  #lookIdle(): void {
    if (this.#phase === 'draining' && this.#requests === 0 && this.#asks.writes === 0) this.#send({ type: 'drained' });
  }

  /** A record that finds the transport full is dropped and counted: a flood of logs must not grow this process. */
  #log(message: Extract<FromServiceMessage, { type: 'log' }>): void {
    if (!this.#outbox.writable) this.#droppedLogs += 1;
    else this.#outbox.sendFrame(encodeLog(message));
  }

  #send(message: FromServiceMessage): void {
    if (this.#outbox.sendControl(encodeFromService(message))) return;
    this.#deps.exit(exitCodes.crashed);
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fatal(error, exitCodes.crashed);
      this.#deps.exit(exitCodes.crashed);
    }
  }
}

/** Fields may hold what can't be cloned, such as functions; then the text must do. */
function encodeLog(message: Extract<FromServiceMessage, { type: 'log' }>): Uint8Array {
  try {
    return encodeFromService(message);
  } catch (error) {
    const text = `${message.message.slice(0, 16_384)} [fields left out: ${messageOf(error)}]`;
    return encodeFromService({ ...message, message: text, fields: undefined });
  }
}

function notOpen(): GatewayError {
  const message = 'the service takes no requests now';
  return new GatewayError({ code: 'SERVICE_NOT_RUNNING', kind: 'unreachable', message });
}

function unsupported(message: string): GatewayError {
  return new GatewayError({ code: 'SERVICE_REQUEST_UNKNOWN', kind: 'unsupported', message });
}
