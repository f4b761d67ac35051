import { errorToData, GatewayError, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { readResultFrames } from './batch-frames.js';
import { decodeSupervisorMessage, encodeControl } from './control-codec.js';
import { FrameDecoder, frameKinds, type FrameKind } from './frames.js';
import { callScope, HostLogger } from './host-logger.js';
import {
  exitCodes,
  isMaintenance,
  protocolVersion,
  sessionMembers,
  type CapabilityRequest,
  type HostMessage,
  type HostVitals,
  type InitMessage,
  type LogMessage,
  type Maintenance,
  type RequestMessage,
  type ResultMessage,
  type SupervisorMessage,
} from './messages.js';
import { protocolError } from './channel-error.js';
import { ServedCalls, type ServedCall } from './served-calls.js';
import { borrowColumns, ServedPlans, sessionPlan } from './served-plans.js';
import type { Transport } from './transport.js';
import { UpdatePump, type PumpPort } from './update-pump.js';

/** Calls that the Supervisor may have unanswered at one time. */
const callCredits = 256;

export interface HostServerDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly pid: number;
  /** Makes the session of `init` and opens it. A rejection of kind `config` ends the Host with exit code 78, any other with 1. */
  open(init: InitMessage, logger: Logger): Promise<DriverSession>;
  /** `ready` was sent, and no call has been looked at yet. */
  opened?(): void;
  vitals(): HostVitals;
  /** Collects the garbage of the whole process, before it returns. */
  collectGarbage(): void;
  /** The Supervisor wants the Host to end. `session` is undefined when it never opened. */
  stop(session: DriverSession | undefined): void;
  /** The Host can't go on: `fatal` was sent if there is anybody to read it. */
  exit(code: number): void;
}

/** The Host's end: serves one DriverSession to the Supervisor. */
export class HostServer {
  readonly #deps: HostServerDeps;
  readonly #calls: ServedCalls;
  readonly #port: PumpPort;
  #plans: ServedPlans | undefined;
  #session: DriverSession | undefined;
  #phase: 'greeting' | 'opening' | 'open' | 'draining' = 'greeting';
  #writable = true;
  #pushedBatches = 0;
  #conflatedValues = 0;
  #droppedLogs = 0;

  constructor(deps: HostServerDeps) {
    this.#deps = deps;
    this.#calls = new ServedCalls(deps.clock);
    this.#port = {
      writable: () => this.#writable,
      sendFrame: (frame) => this.#sendFrame(frame),
      sendFailure: (message) => this.#send(message),
      pushed: () => (this.#pushedBatches += 1),
      conflated: (values) => (this.#conflatedValues += values),
    };
  }

  /** Says hello and serves until the channel closes; then `exit` is called with 0. */
  start(): void {
    const { transport, pid } = this.#deps;
    const decoder = new FrameDecoder((kind, payload) => this.#frame(kind, payload));
    transport.receive({
      bytes: (chunk) => this.#guarded(() => decoder.push(chunk)),
      drained: () => this.#drained(),
      closed: () => this.#deps.exit(0),
    });
    this.#send({ type: 'hello', protocol: protocolVersion, pid });
  }

  /** Undefined until it is open. */
  get session(): DriverSession | undefined {
    return this.#session;
  }

  /** Last words: tells the Supervisor why this process is about to end. */
  fatal(error: unknown, exitCode: number): void {
    this.#send({ type: 'fatal', exitCode, error: errorToData(error) });
  }

  #frame(kind: FrameKind, payload: Uint8Array): void {
    if (kind !== frameKinds.control) throw protocolError('values from the Supervisor');
    this.#message(decodeSupervisorMessage(payload));
  }

  #message(message: SupervisorMessage): void {
    switch (message.type) {
      case 'init':
        return this.#init(message);
      case 'prepare-plan':
        return this.#plans?.prepare(message);
      case 'drop-plan':
        return this.#plans?.drop(message.plan);
      case 'request':
        return this.#request(message);
      case 'cancel':
        return this.#calls.cancel(message.call);
      case 'credits':
        return this.#plans?.find(message.subscription)?.pump?.addCredits(message.amount);
      case 'ping':
        return this.#pong(message.sequence);
      case 'drain':
        return this.#drain();
      case 'stop':
        return this.#deps.stop(this.#session);
    }
  }

  #init(message: InitMessage): void {
    if (this.#phase !== 'greeting') throw protocolError('a second init');
    if (message.protocol !== protocolVersion) return this.#refuseVersion(message.protocol);
    this.#phase = 'opening';
    const logger = new HostLogger((record) => this.#log(record), message.logLevels);
    this.#deps.open(message, logger).then(
      (session) => this.#ready(session),
      (error: unknown) => this.#openFailed(error),
    );
  }

  #refuseVersion(theirs: number): void {
    const message = `the Supervisor speaks version ${theirs} of the channel, this Host version ${protocolVersion}`;
    this.fatal(new GatewayError({ code: 'CHANNEL_VERSION', kind: 'config', message }), exitCodes.protocolMismatch);
    this.#deps.exit(exitCodes.protocolMismatch);
  }

  #ready(session: DriverSession): void {
    this.#session = session;
    this.#plans = new ServedPlans(session);
    this.#phase = 'open';
    this.#send({ type: 'ready', members: sessionMembers.filter((name) => session[name] !== undefined), callCredits });
    this.#deps.opened?.();
  }

  #openFailed(error: unknown): void {
    const failure = toGatewayError(error, 'DRIVER_OPEN_FAILED');
    const code = failure.kind === 'config' ? exitCodes.badConfiguration : exitCodes.crashed;
    this.fatal(failure, code);
    this.#deps.exit(code);
  }

  #request(message: RequestMessage): void {
    const call = this.#calls.open(message);
    const { capability } = message.request;
    const device = this.#deviceOf(message.request);
    callScope
      .run({ correlationId: call.correlationId, capability, device }, () => this.#serve(message, call))
      .catch((error: unknown) => this.#send({ type: 'error', call: call.id, error: errorToData(error) }))
      .finally(() => this.#calls.close(call, !isMaintenance(message.request)));
  }

  #deviceOf(request: CapabilityRequest): string | undefined {
    if ('deviceId' in request) return request.deviceId;
    return 'plan' in request ? this.#plans?.find(request.plan)?.deviceId : undefined;
  }

  async #serve({ request }: RequestMessage, call: ServedCall): Promise<void> {
    if (this.#phase !== 'open') throw draining();
    switch (request.capability) {
      case 'read':
        return this.#read(request.plan, call);
      case 'write':
        return this.#answer(call, await this.#member('write')(request.deviceId, request.items, call));
      case 'probe':
        await this.#member('probe')(request.deviceId, call);
        return this.#answer(call, undefined);
      case 'discover':
        return this.#answer(call, await this.#member('discover')(request.deviceId, request.parent, call));
      case 'describePlan':
        return this.#answer(call, await this.#member('describePlan')(sessionPlan(this.#plans!.get(request.plan))));
      case 'subscribe':
        return this.#subscribe(request.plan, request.credits, call);
      case 'unsubscribe':
        return this.#unsubscribe(request.plan, call);
      default:
        await this.#maintain(request.capability);
        return this.#answer(call, undefined);
    }
  }

  #maintain(what: Maintenance): Promise<void> | void {
    if (what === 'gc') return this.#deps.collectGarbage();
    return this.#member(what)();
  }

  async #read(id: number, call: ServedCall): Promise<void> {
    const served = this.#plans!.get(id);
    const columns = borrowColumns(served, this.#deps.clock.wallMs());
    await this.#member('read')(sessionPlan(served), columns, call);
    for (const frame of readResultFrames(call.id, columns)) this.#sendFrame(frame);
    served.columns = columns;
  }

  async #subscribe(id: number, credits: number, call: ServedCall): Promise<void> {
    const served = this.#plans!.get(id);
    served.pump?.end();
    served.pump = new UpdatePump(this.#port, id, served.points.length, credits);
    const { pump } = served;
    try {
      served.subscription = await this.#member('subscribe')(served.deviceId, served.points, pump, call);
    } catch (error) {
      pump.end();
      throw error;
    }
    this.#answer(call, undefined);
  }

  async #unsubscribe(id: number, call: ServedCall): Promise<void> {
    const { pump, subscription } = this.#plans!.get(id);
    pump?.end();
    if (subscription) await this.#member('unsubscribe')(subscription, call);
    this.#answer(call, undefined);
  }

  /** The session's own method, bound to it. Throws kind `unsupported` for one that it does not have. */
  #member<Name extends (typeof sessionMembers)[number]>(name: Name): NonNullable<DriverSession[Name]> {
    const member = this.#session?.[name];
    if (!member)
      throw new GatewayError({ code: 'NOT_SUPPORTED', kind: 'unsupported', message: `the driver has no ${name}` });
    return member.bind(this.#session) as NonNullable<DriverSession[Name]>;
  }

  #answer(call: ServedCall, value: ResultMessage['value']): void {
    this.#send({ type: 'result', call: call.id, value });
  }

  #pong(sequence: number): void {
    this.#send({
      type: 'pong',
      sequence,
      pendingCalls: this.#calls.size,
      progress: this.#calls.answered + this.#pushedBatches,
      conflatedValues: this.#conflatedValues,
      droppedLogs: this.#droppedLogs,
      footprintBytes: this.#session?.memoryFootprint?.(),
      ...this.#deps.vitals(),
    });
  }

  #drain(): void {
    this.#phase = 'draining';
    this.#calls.whenIdle(() => this.#send({ type: 'drained' }));
  }

  /** A record that finds the transport full is dropped and counted: a flood of logs must not grow this process. */
  #log(message: LogMessage): void {
    if (!this.#writable) this.#droppedLogs += 1;
    else this.#sendFrame(encodeLog(message));
  }

  #send(message: HostMessage): void {
    this.#sendFrame(encodeControl(message));
  }

  #sendFrame(frame: Uint8Array): void {
    this.#writable = this.#deps.transport.send(frame);
  }

  #drained(): void {
    this.#writable = true;
    for (const pump of this.#plans?.pumps() ?? []) pump.resume();
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
function encodeLog(message: LogMessage): Uint8Array {
  try {
    return encodeControl(message);
  } catch {
    return encodeControl({
      type: 'log',
      level: message.level,
      message: message.message.slice(0, 16_384),
      fields: undefined,
    });
  }
}

function draining(): GatewayError {
  const message = 'the Host takes no new calls';
  return new GatewayError({ code: 'HOST_DRAINING', kind: 'host-lost', message, writeOutcome: 'not-sent' });
}
