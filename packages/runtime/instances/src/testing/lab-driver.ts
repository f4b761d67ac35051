import { GatewayError, statusCodes, type ErrorKind, type ValueColumns } from '@fieldwarden/core';
import {
  defineDriver,
  type DriverContext,
  type DriverDefinition,
  type DriverSession,
  type Point,
  type ReadPlan,
  type SessionMember,
  type Subscription,
  type Tier,
  type UpdateSink,
  type WriteItem,
  type WriteResult,
} from '@fieldwarden/driver';

export function failure(kind: ErrorKind): GatewayError {
  return new GatewayError({ code: `LAB_${kind.toUpperCase().replaceAll('-', '_')}`, kind, message: `it is ${kind}` });
}

type LabMember = Exclude<SessionMember, 'open' | 'close'>;

/** A driver whose sessions and devices are in the test's hands: each call is answered at once, unless the test holds or fails it. */
export class LabDriver {
  readonly sessions: LabSession[] = [];
  /** What was asked of which session, oldest first: `1 read d1`. */
  readonly calls: string[] = [];
  /** What its sessions can, besides `open` and `close`. */
  members: readonly LabMember[] = ['prepareRead', 'read', 'write', 'probe'];
  /** By `read`, or by `read d1` for one device alone. */
  readonly failures = new Map<string, GatewayError>();
  readonly #holds = new Map<string, PromiseWithResolvers<void>>();
  readonly definition: DriverDefinition;

  constructor({ tier = 'A' }: { readonly tier?: Tier } = {}) {
    const anything = { parse: (value: unknown) => value } as never;
    this.definition = defineDriver({
      type: 'lab',
      version: '1',
      tier,
      entry: import.meta.url,
      options: anything,
      deviceOptions: anything,
      address: (text) => text,
      create: (context) => this.create(context).offered,
    });
  }

  create(context: Pick<DriverContext, 'options' | 'devices'>): LabSession {
    const session = new LabSession(this.sessions.length + 1, context, this);
    this.sessions.push(session);
    return session;
  }

  /** Calls wait from now on, until released or until their session closes. */
  hold(call: string): () => void {
    const hold = Promise.withResolvers<void>();
    this.#holds.set(call, hold);
    return () => {
      this.#holds.delete(call);
      hold.resolve();
    };
  }

  /** The session to serve now. */
  get session(): LabSession {
    const session = this.sessions.at(-1);
    if (!session) throw new Error('no session was made yet');
    return session;
  }

  /** How often this was asked. */
  count(call: string): number {
    return this.calls.filter((asked) => asked === call).length;
  }

  /** Settles as the test wants this call to. */
  async answer(session: LabSession, member: string, deviceId?: string): Promise<void> {
    const specific = deviceId === undefined ? member : `${member} ${deviceId}`;
    this.calls.push(`${session.number} ${specific}`);
    const hold = this.#holds.get(specific) ?? this.#holds.get(member);
    if (hold) await (member === 'close' ? hold.promise : Promise.race([hold.promise, session.cutOff]));
    const error = this.failures.get(specific) ?? this.failures.get(member);
    if (error) throw error;
  }
}

export type Answer = (...args: never[]) => unknown;

/** Every value that it reads is its own number, so that a test sees which session a value came from. */
export class LabSession {
  readonly number: number;
  readonly context: Pick<DriverContext, 'options' | 'devices'>;
  /** By device; the points of each plan in the order in which the plans were made. */
  readonly plans: string[][] = [];
  readonly sinks = new Map<Subscription, { readonly sink: UpdateSink; readonly points: readonly Point[] }>();
  isClosed = false;
  /** With the members that the driver has now. */
  readonly offered: DriverSession;
  /** The same by name, for the fake of a Proxy. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** Rejects when the session is closed or the opening given up. */
  readonly cutOff: Promise<never>;
  readonly #cut: (reason: GatewayError) => void;
  readonly #lab: LabDriver;

  constructor(number: number, context: Pick<DriverContext, 'options' | 'devices'>, lab: LabDriver) {
    this.number = number;
    this.context = context;
    this.#lab = lab;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined);
    this.cutOff = promise;
    this.#cut = reject;
    this.answers = new Map(Object.entries(this.#all()).filter(([member]) => lab.members.includes(member as LabMember)));
    this.offered = {
      ...(Object.fromEntries(this.answers) as Partial<DriverSession>),
      open: (signal: AbortSignal) => this.#open(signal),
      close: () => this.#close(),
    };
  }

  #all(): Partial<DriverSession> {
    return {
      prepareRead: (deviceId: string, points: readonly Point[]) => this.#prepare(deviceId, points),
      read: (plan: ReadPlan, into: ValueColumns) => this.#read(plan, into),
      write: (deviceId: string, items: readonly WriteItem[]) => this.#write(deviceId, items),
      probe: (deviceId: string) => this.#lab.answer(this, 'probe', deviceId),
      subscribe: (deviceId: string, points: readonly Point[], sink: UpdateSink) =>
        this.#subscribe(deviceId, points, sink),
      unsubscribe: async (subscription: Subscription) => {
        await this.#lab.answer(this, 'unsubscribe', subscription.deviceId);
        this.sinks.delete(subscription);
      },
      setDevices: () => this.#lab.answer(this, 'setDevices'),
      reinitialize: () => this.#lab.answer(this, 'reinitialize'),
    };
  }

  async #open(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#cut(failure('cancelled')));
    await this.#lab.answer(this, 'open');
  }

  async #close(): Promise<void> {
    this.#cut(failure('cancelled'));
    await this.#lab.answer(this, 'close');
    this.isClosed = true;
  }

  #prepare(deviceId: string, points: readonly Point[]): ReadPlan {
    this.plans.push(points.map(({ path, address }) => `${path}=${address}`));
    return { deviceId, points };
  }

  async #read({ deviceId, points }: ReadPlan, into: ValueColumns): Promise<void> {
    await this.#lab.answer(this, 'read', deviceId);
    points.forEach((_, row) => into.setNumber(row, this.number, 0));
  }

  async #write(deviceId: string, items: readonly WriteItem[]): Promise<readonly WriteResult[]> {
    await this.#lab.answer(this, 'write', deviceId);
    return items.map(() => ({ outcome: 'done', status: statusCodes.Good }));
  }

  async #subscribe(deviceId: string, points: readonly Point[], sink: UpdateSink): Promise<Subscription> {
    await this.#lab.answer(this, 'subscribe', deviceId);
    const subscription: Subscription = { deviceId };
    this.sinks.set(subscription, { sink, points });
    return subscription;
  }
}
