import { GatewayError, statusCodes, ValueColumns, type ErrorKind } from '@fieldwarden/core';
import type { DriverSession, Point, UpdateSink } from '@fieldwarden/driver';
import { testCall } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { sessionMembers } from '../messages.js';
import { echoAlarm } from '../testing/echo-history.js';
import { FakePort } from '../testing/fake-port.js';
import { encodeUpdate, readColumnsHeader } from '../wire/columns-codec.js';
import { frameHeaderBytes } from '../wire/frames.js';
import { ProxySession } from './proxy-session.js';

const point: Point = { path: 'p', address: 'a', type: { scalar: 'float64' } };

function failure(kind: ErrorKind): GatewayError {
  return new GatewayError({ code: `LAB_${kind.toUpperCase()}`, kind, message: kind });
}

/** A Proxy whose first channel is ready, and a subscriber that remembers what came. */
class ObservedProxy {
  readonly port = new FakePort();
  readonly proxy = new ProxySession(this.port);
  readonly values: number[] = [];
  readonly failures: string[] = [];
  readonly sink: UpdateSink = {
    push: ({ columns }) => void this.values.push(columns.values[0]),
    fail: ({ kind }) => void this.failures.push(kind),
  };

  constructor() {
    this.proxy.ready(sessionMembers);
  }

  /** With all members that there are. */
  get session(): Required<DriverSession> {
    return this.proxy.session as Required<DriverSession>;
  }

  /** Subscribed and accepted; the number of the subscription. */
  async subscribed(): Promise<number> {
    const begun = this.session.subscribe('d1', [point], this.sink, testCall());
    this.port.last.answer();
    await begun;
    const { request } = this.port.last.call;
    this.port.posted();
    return 'plan' in request ? request.plan : 0;
  }

  update(id: number, value: number): void {
    const columns = new ValueColumns(1);
    columns.setNumber(0, value, 1);
    const payload = encodeUpdate({ id, columns, from: 0, to: 1 }, Uint32Array.of(0)).subarray(frameHeaderBytes);
    this.proxy.update(readColumnsHeader(payload), payload);
  }
}

describe('read plans over respawns (§4.1)', () => {
  it('are prepared anew on every channel, under the same number', () => {
    const { port, proxy, session } = new ObservedProxy();
    const plan = session.prepareRead('d1', [point]);
    expect(port.posted()).toEqual(['prepare-plan 1']);
    proxy.lost(failure('host-lost'));
    proxy.ready(sessionMembers);
    expect(port.posted()).toEqual(['prepare-plan 1']);
    void session.read(plan, new ValueColumns(1), testCall());
    expect(port.last.call.request).toEqual({ capability: 'read', plan: 1 });
  });

  it('that were released are dropped in the Host, once, and not prepared again', () => {
    const { port, proxy, session } = new ObservedProxy();
    const released = session.prepareRead('d1', [point]);
    session.prepareRead('d1', [point]);
    port.posted();
    session.releaseRead(released);
    session.releaseRead(released);
    expect(port.posted()).toEqual(['drop-plan 1']);
    proxy.ready(sessionMembers);
    expect(port.posted()).toEqual(['prepare-plan 2']);
  });

  it('of another Proxy concern nobody, whatever their number', () => {
    const { port, session } = new ObservedProxy();
    session.prepareRead('d1', [point]);
    port.posted();
    session.releaseRead(new ObservedProxy().session.prepareRead('d1', [point]));
    session.releaseRead({ deviceId: 'd1', points: [] });
    expect(port.posted()).toEqual([]);
  });

  it('of any size go in parts of which the last says so', () => {
    const { port, session } = new ObservedProxy();
    const messages: unknown[] = [];
    port.post = (message) => void messages.push(message);
    session.prepareRead(
      'd1',
      Array.from({ length: 10_001 }, () => point),
    );
    expect(messages).toMatchObject([{ last: false }, { last: false }, { last: true, points: [point] }]);
  });
});

describe('the members of a Proxy', () => {
  it('are those that the present Host announces', () => {
    const { proxy, session } = new ObservedProxy();
    proxy.ready(['probe']);
    expect(Object.keys(session).sort()).toEqual(['close', 'probe']);
    proxy.ready(['read', 'prepareRead']);
    expect(Object.keys(session).sort()).toEqual(['close', 'prepareRead', 'read']);
  });
});

describe('credits of a subscription (§4.1)', () => {
  it('go back in lots of four, for what was consumed', async () => {
    const observed = new ObservedProxy();
    const id = await observed.subscribed();
    for (const value of [1, 2, 3]) observed.update(id, value);
    expect(observed.port.posted()).toEqual([]);
    observed.update(id, 4);
    expect(observed.port.posted()).toEqual([`credits ${id} +4`]);
    expect(observed.values).toEqual([1, 2, 3, 4]);
  });

  it('go back also for what a subscriber failed on', async () => {
    const observed = new ObservedProxy();
    observed.sink.push = () => {
      throw new Error('a broken subscriber');
    };
    const id = await observed.subscribed();
    for (const value of [1, 2, 3, 4]) observed.update(id, value);
    expect(observed.port.posted()).toEqual([`credits ${id} +4`]);
    expect(observed.port.logger.messages('error')).toHaveLength(4);
  });

  it('of a former channel do not count on the next', async () => {
    const observed = new ObservedProxy();
    const id = await observed.subscribed();
    for (const value of [1, 2, 3]) observed.update(id, value);
    observed.proxy.lost(failure('host-lost'));
    observed.proxy.ready(sessionMembers);
    observed.port.last.answer();
    observed.port.posted();
    for (const value of [4, 5, 6]) observed.update(id, value);
    expect(observed.port.posted()).toEqual([]);
    observed.update(id, 7);
    expect(observed.port.posted()).toEqual([`credits ${id} +4`]);
  });
});

describe('a subscription over respawns (§4.1)', () => {
  it('says at once that its channel is gone, and is asked for again on the next, after its points', async () => {
    const observed = new ObservedProxy();
    const id = await observed.subscribed();
    observed.proxy.lost(failure('host-lost'));
    expect(observed.failures).toEqual(['host-lost']);
    observed.proxy.ready(sessionMembers);
    expect(observed.port.posted()).toEqual([`prepare-plan ${id}`]);
    expect(observed.port.last.call.request).toMatchObject({ capability: 'subscribe', plan: id, credits: 8 });
    observed.update(id, 5);
    expect(observed.values).toEqual([5]);
  });

  it('that the device refuses for now is asked for ever more seldom, until the channel ends', async () => {
    const observed = new ObservedProxy();
    const { port, proxy } = observed;
    await observed.subscribed();
    proxy.lost(failure('host-lost'));
    proxy.ready(sessionMembers);
    for (const [asked, pauseMs] of [
      [2, 1_000],
      [3, 2_000],
      [4, 4_000],
    ]) {
      port.last.refuse(failure('unreachable'));
      await port.clock.advance(pauseMs - 1);
      expect(port.asked).toHaveLength(asked);
      await port.clock.advance(1);
      expect(port.asked).toHaveLength(asked + 1);
    }
    expect(observed.failures).toEqual(['host-lost', 'unreachable', 'unreachable', 'unreachable']);
    port.last.refuse(failure('unreachable'));
    await port.clock.advance(0);
    proxy.lost(failure('host-lost'));
    expect(port.clock.pendingTimers).toBe(0);
  });

  it('that was cut off by the next loss waits for the next channel, without a timer', async () => {
    const observed = new ObservedProxy();
    await observed.subscribed();
    observed.proxy.ready(sessionMembers);
    observed.port.last.refuse(failure('host-lost'));
    await observed.port.clock.advance(0);
    expect([observed.port.clock.pendingTimers, observed.failures]).toEqual([0, []]);
  });

  it('that was never accepted is forgotten: it fails where it was asked for, and nowhere else', async () => {
    const observed = new ObservedProxy();
    const begun = observed.session.subscribe('d1', [point], observed.sink, testCall());
    observed.proxy.lost(failure('host-lost'));
    observed.port.last.refuse(failure('host-lost'));
    await expect(begun).rejects.toMatchObject({ kind: 'host-lost' });
    expect(observed.port.posted()).toEqual(['prepare-plan 1', 'drop-plan 1']);
    observed.update(1, 5);
    expect(observed.values).toEqual([]);
    observed.proxy.ready(sessionMembers);
    expect([observed.failures, observed.port.posted(), observed.port.asked.length]).toEqual([[], [], 1]);
  });

  it('that was ended is dropped, also where the Host is gone; what still comes for it goes nowhere', async () => {
    const observed = new ObservedProxy();
    const begun = observed.session.subscribe('d1', [point], observed.sink, testCall());
    observed.port.last.answer();
    const subscription = await begun;
    observed.port.posted();
    const ended = observed.session.unsubscribe(subscription, testCall());
    observed.port.last.refuse(failure('host-lost'));
    await ended;
    expect(observed.port.posted()).toEqual(['drop-plan 1']);
    observed.update(1, 5);
    observed.proxy.subscriptionFailed(1, failure('unreachable'));
    observed.proxy.ready(sessionMembers);
    expect([observed.values, observed.failures, observed.port.posted()]).toEqual([[], [], []]);
  });

  it('to alarms is told how many were lost, after those that came', async () => {
    const { port, proxy, session } = new ObservedProxy();
    const told: string[] = [];
    const sink = {
      push: (events: readonly unknown[]) => void told.push(`${events.length} came`),
      lost: (count: number) => void told.push(`${count} lost`),
      fail: ({ kind }: GatewayError) => void told.push(kind),
    };
    const begun = session.subscribeAlarms('d1', sink, testCall());
    port.last.answer();
    await begun;
    proxy.alarms({ type: 'alarms', subscription: 1, events: [echoAlarm(1), echoAlarm(2)], lost: 3 });
    proxy.subscriptionFailed(1, failure('unreachable'));
    expect(told).toEqual(['2 came', '3 lost', 'unreachable']);
  });
});

describe('answers that do not fit their question (§4.1)', () => {
  const items = [{ point, value: 1 }];
  it.each([
    ['a write', (session: Required<DriverSession>) => session.write('d1', items, testCall()), []],
    ['a write', (session: Required<DriverSession>) => session.write('d1', items, testCall()), [null]],
    ['a method', (session: Required<DriverSession>) => session.callMethod('d1', {} as never, testCall()), undefined],
    ['a browse', (session: Required<DriverSession>) => session.discover('d1', { limit: 1 } as never, testCall()), {}],
  ])('break the protocol: %s', async (_what, ask, answer) => {
    const { port, session } = new ObservedProxy();
    const asked = ask(session);
    port.last.answer(answer);
    await expect(asked).rejects.toMatchObject({ kind: 'protocol' });
  });

  it('are told from those that do', async () => {
    const { port, session } = new ObservedProxy();
    const written = session.write('d1', items, testCall());
    const results = [{ outcome: 'done', status: statusCodes.Good }];
    port.last.answer(results);
    expect(await written).toBe(results);
  });
});

describe('a Proxy that its user closes', () => {
  it('lets go of all that was held for it, and asks for none of it again', async () => {
    const observed = new ObservedProxy();
    observed.session.prepareRead('d1', [point]);
    const id = await observed.subscribed();
    await observed.session.close();
    expect([observed.port.posted(), observed.port.isClosed]).toEqual([['drop-plan 1', `drop-plan ${id}`], true]);
    observed.proxy.lost(failure('host-lost'));
    observed.proxy.ready(sessionMembers);
    expect([observed.port.posted(), observed.failures]).toEqual([[], []]);
  });
});
