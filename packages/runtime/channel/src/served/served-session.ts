import { GatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { AlarmSubscription, DriverSession, SessionMember } from '@fieldwarden/driver';
import { AlarmPump, type AlarmPort } from './alarm-pump.js';
import { readResultFrames } from '../wire/batch-frames.js';
import { historyFrames } from '../wire/history-frames.js';
import type { CallResult, HistoryRow, InitParameters } from '../messages.js';
import type { CapabilityRequest } from '../requests.js';
import type { ServedCall } from './served-calls.js';
import { borrowColumns, ServedPlans, sessionPlan } from './served-plans.js';
import { UpdatePump, type PumpPort } from './update-pump.js';

/** What answers a call: a `result` message with this value, or the frames that have been sent already. */
export const alreadyAnswered = Symbol('already answered');

export type Served = CallResult | typeof alreadyAnswered;

export interface ServedSessionDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly port: PumpPort & AlarmPort;
  collectGarbage(): void;
}

interface ServedAlarms {
  readonly pump: AlarmPump;
  subscription: AlarmSubscription | undefined;
}

/** The session in a Host, as the requests of the Supervisor reach it. */
export class ServedSession {
  readonly session: DriverSession;
  readonly plans: ServedPlans;
  readonly #deps: ServedSessionDependencies;
  readonly #alarms = new Map<number, ServedAlarms>();

  constructor(session: DriverSession, deps: ServedSessionDependencies) {
    this.session = session;
    this.plans = new ServedPlans(session, deps.logger);
    this.#deps = deps;
  }

  deviceOf(request: CapabilityRequest): string | undefined {
    if ('deviceId' in request) return request.deviceId;
    return 'plan' in request ? this.plans.find(request.plan)?.deviceId : undefined;
  }

  addCredits(subscription: number, amount: number): void {
    this.plans.find(subscription)?.pump?.addCredits(amount);
    this.#alarms.get(subscription)?.pump.addCredits(amount);
  }

  /** Nobody holds this plan or subscription any more. */
  drop(id: number): void {
    this.plans.drop(id);
    this.#endAlarms(id);
  }

  /** The transport has room again. */
  resume(): void {
    for (const pump of this.plans.pumps()) pump.resume();
    for (const { pump } of this.#alarms.values()) pump.resume();
  }

  /** Has the session carry one request out. Rejects with whatever it throws, kind `unsupported` for what it does not have. */
  async serve(request: CapabilityRequest, call: ServedCall): Promise<Served> {
    switch (request.capability) {
      case 'read':
        return this.#read(request.plan, call);
      case 'write':
        return this.#member('write')(request.deviceId, request.items, call);
      case 'probe':
        return nothing(await this.#member('probe')(request.deviceId, call));
      case 'discover':
        return this.#member('discover')(request.deviceId, request.query, call);
      case 'subscribe':
        return this.#subscribe(request.plan, request.credits, call);
      case 'unsubscribe':
        return this.#unsubscribe(request.plan, call);
      case 'subscribeAlarms':
        return this.#subscribeAlarms(request, call);
      case 'unsubscribeAlarms':
        return this.#unsubscribeAlarms(request.subscription, call);
      case 'acknowledge':
        return this.#member('acknowledge')(request.deviceId, request.items, call);
      case 'callMethod':
        return this.#member('callMethod')(request.deviceId, request.method, call);
      case 'readRaw':
      case 'readProcessed':
      case 'readAtTime':
      case 'readEvents':
        return this.#history(request, call);
      default:
        return this.#service(request);
    }
  }

  async #service(
    request: Extract<
      CapabilityRequest,
      { capability: 'describePlan' | 'setDevices' | 'reinitialize' | 'flushOptionalCaches' | 'gc' }
    >,
  ): Promise<Served> {
    switch (request.capability) {
      case 'describePlan':
        return this.#member('describePlan')(sessionPlan(this.plans.get(request.plan)));
      case 'setDevices':
        return nothing(await this.#member('setDevices')(request.devices satisfies InitParameters['devices']));
      case 'gc':
        return nothing(this.#deps.collectGarbage());
      default:
        return nothing(await this.#member(request.capability)());
    }
  }

  async #read(id: number, call: ServedCall): Promise<Served> {
    const served = this.plans.get(id);
    const columns = borrowColumns(served, this.#deps.clock.wallMs());
    await this.plans.reading(served, (plan) => this.#member('read')(plan, columns, call));
    for (const frame of readResultFrames(call.id, columns)) this.#deps.port.sendFrame(frame);
    served.columns = columns;
    return alreadyAnswered;
  }

  async #subscribe(id: number, credits: number, call: ServedCall): Promise<Served> {
    const served = this.plans.get(id);
    served.pump?.end();
    const pump = new UpdatePump(this.#deps.port, id, served.points.length, credits);
    served.pump = pump;
    try {
      served.subscription = await this.#member('subscribe')(served.deviceId, served.points, pump, call);
    } catch (error) {
      pump.end();
      throw error;
    }
    return undefined;
  }

  async #unsubscribe(id: number, call: ServedCall): Promise<Served> {
    const { pump, subscription } = this.plans.get(id);
    pump?.end();
    if (subscription) await this.#member('unsubscribe')(subscription, call);
    return undefined;
  }

  async #subscribeAlarms(
    { deviceId, subscription: id, credits }: Extract<CapabilityRequest, { capability: 'subscribeAlarms' }>,
    call: ServedCall,
  ): Promise<Served> {
    this.#endAlarms(id);
    const alarms: ServedAlarms = { pump: new AlarmPump(this.#deps.port, id, credits), subscription: undefined };
    this.#alarms.set(id, alarms);
    try {
      alarms.subscription = await this.#member('subscribeAlarms')(deviceId, alarms.pump, call);
    } catch (error) {
      this.#endAlarms(id);
      throw error;
    }
    // Its subscriber may have given up meanwhile.
    if (this.#alarms.get(id) !== alarms) await this.#member('unsubscribeAlarms')(alarms.subscription, call);
    return undefined;
  }

  async #unsubscribeAlarms(id: number, call: ServedCall): Promise<Served> {
    const subscription = this.#endAlarms(id);
    if (subscription) await this.#member('unsubscribeAlarms')(subscription, call);
    return undefined;
  }

  #endAlarms(id: number): AlarmSubscription | undefined {
    const alarms = this.#alarms.get(id);
    alarms?.pump.end();
    this.#alarms.delete(id);
    return alarms?.subscription;
  }

  async #history(request: HistoryRequest, call: ServedCall): Promise<Served> {
    const { rows, continuation } = await this.#recall(request, call);
    for (const frame of historyFrames(call.id, rows)) this.#deps.port.sendFrame(frame);
    return { continuation };
  }

  async #recall(request: HistoryRequest, call: ServedCall): Promise<HistoryAnswer> {
    const { deviceId } = request;
    switch (request.capability) {
      case 'readRaw':
        return rowsOf(await this.#member('readRaw')(deviceId, request.point, request.query, call));
      case 'readProcessed':
        return rowsOf(await this.#member('readProcessed')(deviceId, request.point, request.query, call));
      case 'readAtTime': {
        const values = await this.#member('readAtTime')(deviceId, request.point, request.timesMs, call);
        return { rows: values, continuation: undefined };
      }
      case 'readEvents': {
        const { events, continuation } = await this.#member('readEvents')(deviceId, request.query, call);
        return { rows: events, continuation };
      }
    }
  }

  /** The session's own method, bound to it. Throws kind `unsupported` for one that it does not have. */
  #member<Name extends SessionMember>(name: Name): NonNullable<DriverSession[Name]> {
    const member = this.session[name];
    if (!member)
      throw new GatewayError({ code: 'NOT_SUPPORTED', kind: 'unsupported', message: `the driver has no ${name}` });
    return member.bind(this.session) as NonNullable<DriverSession[Name]>;
  }
}

type HistoryRequest = Extract<
  CapabilityRequest,
  { capability: 'readRaw' | 'readProcessed' | 'readAtTime' | 'readEvents' }
>;

interface HistoryAnswer {
  readonly rows: readonly HistoryRow[];
  readonly continuation: string | undefined;
}

function rowsOf({
  values,
  continuation,
}: {
  readonly values: readonly HistoryRow[];
  readonly continuation: string | undefined;
}): HistoryAnswer {
  return { rows: values, continuation };
}

/** What a member without a result answers. */
function nothing(_done: unknown): undefined {
  return undefined;
}
