import { errorToData, GatewayError, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import type { AlarmPort } from './alarm-pump.js';
import { decodeSupervisorMessage, encodeControl } from '../wire/control-codec.js';
import { FrameDecoder, frameKinds, type FrameKind } from '../wire/frames.js';
import { HostLogger, inCallScope } from './host-logger.js';
import {
  exitCodes,
  protocolVersion,
  sessionMembers,
  type HostMessage,
  type HostVitals,
  type InitMessage,
  type LogMessage,
  type RequestMessage,
  type SupervisorMessage,
} from '../messages.js';
import { isMaintenance } from '../requests.js';
import { protocolError } from '../wire/channel-error.js';
import { ServedCalls, type ServedCall } from './served-calls.js';
import { alreadyAnswered, ServedSession } from './served-session.js';
import type { Transport } from '../wire/transport.js';
import type { PumpPort } from './update-pump.js';

/** Calls that the Supervisor may have unanswered at one time. */
const callCredits = 256;

export interface HostServerDependencies {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly pid: number;
  /** Makes the session of `init` and opens it. A rejection of kind `config` ends the Host with exit code 78, any other with 1. */
  open(init: InitMessage, logger: Logger): Promise<DriverSession>;
  /** `ready` was sent, and no call has been looked at yet. */
  opened?(watchAfterMs: number): void;
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
  readonly #deps: HostServerDependencies;
  readonly #calls: ServedCalls;
  readonly #port: PumpPort & AlarmPort;
  #served: ServedSession | undefined;
  #phase: 'greeting' | 'opening' | 'open' | 'draining' = 'greeting';
  #writable = true;
  #pushedBatches = 0;
  #conflatedValues = 0;
  #droppedLogs = 0;
  #lostAlarms = 0;

  constructor(deps: HostServerDependencies) {
    this.#deps = deps;
    this.#calls = new ServedCalls(deps.clock);
    this.#port = {
      writable: () => this.#writable,
      sendFrame: (frame) => this.#sendFrame(frame),
      sendFailure: (message) => this.#send(message),
      sendAlarmsFailed: (message) => this.#send(message),
      lostAlarms: (count) => (this.#lostAlarms += count),
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
    return this.#served?.session;
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
        return this.#served?.plans.prepare(message);
      case 'drop-plan':
        return this.#served?.drop(message.plan);
      case 'request':
        return this.#request(message);
      case 'cancel':
        return this.#calls.cancel(message.call);
      case 'credits':
        return this.#served?.addCredits(message.subscription, message.amount);
      case 'ping':
        return this.#pong(message.sequence);
      case 'drain':
        return this.#drain();
      case 'stop':
        return this.#deps.stop(this.session);
    }
  }

  #init(message: InitMessage): void {
    if (this.#phase !== 'greeting') throw protocolError('a second init');
    if (message.protocol !== protocolVersion) return this.#refuseVersion(message.protocol);
    this.#phase = 'opening';
    const logger = new HostLogger((record) => this.#log(record), message.logLevels);
    this.#deps.open(message, logger).then(
      (session) => this.#ready(session, logger, message.watchAfterMs),
      (error: unknown) => this.#openFailed(error),
    );
  }

  #refuseVersion(theirs: number): void {
    const message = `the Supervisor speaks version ${theirs} of the channel, this Host version ${protocolVersion}`;
    this.fatal(new GatewayError({ code: 'CHANNEL_VERSION', kind: 'config', message }), exitCodes.protocolMismatch);
    this.#deps.exit(exitCodes.protocolMismatch);
  }

  #ready(session: DriverSession, logger: Logger, watchAfterMs: number): void {
    const { clock } = this.#deps;
    const collectGarbage = (): void => this.#deps.collectGarbage();
    this.#served = new ServedSession(session, { clock, logger, port: this.#port, collectGarbage });
    this.#phase = 'open';
    this.#send({ type: 'ready', members: sessionMembers.filter((name) => session[name] !== undefined), callCredits });
    this.#deps.opened?.(watchAfterMs);
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
    const device = this.#served?.deviceOf(message.request);
    inCallScope({ correlationId: call.correlationId, capability, device }, () => this.#serve(message, call))
      .catch((error: unknown) => this.#send({ type: 'error', call: call.id, error: errorToData(error) }))
      .finally(() => this.#calls.close(call, !isMaintenance(message.request)));
  }

  async #serve({ request }: RequestMessage, call: ServedCall): Promise<void> {
    if (this.#phase !== 'open') throw draining();
    const value = await this.#served!.serve(request, call);
    if (value !== alreadyAnswered) this.#send({ type: 'result', call: call.id, value });
  }

  #pong(sequence: number): void {
    this.#send({
      type: 'pong',
      sequence,
      pendingCalls: this.#calls.size,
      progress: this.#calls.answered + this.#pushedBatches,
      conflatedValues: this.#conflatedValues,
      droppedLogs: this.#droppedLogs,
      lostAlarms: this.#lostAlarms,
      footprintBytes: this.session?.memoryFootprint?.(),
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
    this.#served?.resume();
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
