import type { DeviceAlarms } from '@fieldwarden/alarms';
import { alarmEvent, ObservedBook } from '@fieldwarden/alarms/testing';
import { GatewayError, type ErrorKind } from '@fieldwarden/core';
import type { AlarmSink, AlarmSubscription, DriverSession } from '@fieldwarden/driver';
import { DeviceInvoker, uniformCalls, type SessionSlot } from '@fieldwarden/invoker';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlarmSubscriber } from './alarm-subscriber.js';

const failure = (kind: ErrorKind): GatewayError => new GatewayError({ code: 'LAB', kind, message: `it is ${kind}` });

/** Reports at once what is the case, if it accepts. */
class Siren implements DriverSession {
  readonly sinks = new Map<AlarmSubscription, AlarmSink>();
  conditions = [alarmEvent()];
  accepts: () => Promise<void> = () => Promise.resolve();
  losesAtFirst = 0;
  subscriptions = 0;
  most = 0;

  async subscribeAlarms(deviceId: string, sink: AlarmSink): Promise<AlarmSubscription> {
    this.subscriptions += 1;
    await this.accepts();
    const subscription = { deviceId };
    this.sinks.set(subscription, sink);
    this.most = Math.max(this.most, this.sinks.size);
    if (this.conditions.length > 0) sink.push(this.conditions);
    if (this.losesAtFirst > 0) sink.lost(this.losesAtFirst);
    this.losesAtFirst = 0;
    return subscription;
  }

  unsubscribeAlarms(subscription: AlarmSubscription): Promise<void> {
    this.sinks.delete(subscription);
    return Promise.resolve();
  }

  get sink(): AlarmSink {
    return [...this.sinks.values()][0];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('the alarms of a device (§3.2)', () => {
  let clock: FakeClock;
  let siren: Siren;
  let session: SessionSlot;
  let book: DeviceAlarms;
  let invoker: DeviceInvoker;
  let subscriber: AlarmSubscriber;

  beforeEach(() => {
    clock = new FakeClock();
    siren = new Siren();
    session = { current: siren };
    book = new ObservedBook().book.ofDriver('lab', ['d1']);
    const ignore = (): void => undefined;
    invoker = new DeviceInvoker({
      driverId: 'lab',
      deviceId: 'd1',
      session,
      settings: {
        calls: uniformCalls({ timeoutMs: 1_000, retries: 0 }),
        bulkhead: { concurrent: 8, queued: 8 },
        breaker: { failures: null, probeMs: 5_000, maxProbeMs: 60_000 },
        writeWhileDemoted: 'refuse',
      },
      clock,
      random: () => 0.5,
      logger: collectingLogger(),
      onSettled: ignore,
      onRetried: ignore,
      onLateReply: ignore,
      onStatusChanged: ignore,
    });
    subscriber = new AlarmSubscriber({ invoker, alarms: book, clock, logger: collectingLogger() });
  });

  afterEach(() => {
    subscriber.stop();
    invoker.dispose();
  });

  const current = (): readonly boolean[] => book.alarms.map((alarm) => alarm.current);

  async function subscribed(): Promise<void> {
    subscriber.start();
    await clock.advance(0);
    expect(current()).toEqual([true]);
  }

  it('are subscribed when its session is ready, and again when it is ready again, one subscription at a time', async () => {
    await subscribed();
    siren.conditions = [];
    subscriber.start();
    await clock.advance(0);
    expect([siren.subscriptions, siren.sinks.size, siren.most]).toEqual([2, 1, 1]);
    expect(current()).toEqual([false]);
    await clock.advance(5_000);
    expect(book.alarms).toEqual([]);
  });

  it('are not asked of a driver that knows none', async () => {
    session.current = { close: () => Promise.resolve() };
    subscriber.start();
    subscriber.fail('no answer');
    subscriber.retryNow();
    await clock.advance(60_000);
    expect(siren.subscriptions).toBe(0);
  });

  it('that a driver of another type reported before are over with one that knows none', () => {
    book.restore('d1', alarmEvent());
    session.current = { close: () => Promise.resolve() };
    subscriber.start();
    expect(book.alarms).toEqual([]);
  });

  it('are asked for anew when some were lost, ever more seldom while that goes on', async () => {
    await subscribed();
    siren.sink.lost(2);
    siren.sink.lost(1);
    expect(book.lost).toBe(3);
    await clock.advance(999);
    expect(siren.subscriptions).toBe(1);
    await clock.advance(1);
    expect(siren.subscriptions).toBe(2);
    siren.sink.lost(1);
    await clock.advance(1_999);
    expect(siren.subscriptions).toBe(2);
    await clock.advance(1);
    expect([siren.subscriptions, siren.sinks.size]).toEqual([3, 1]);
  });

  it('that were lost while it was subscribing do not count as gone', async () => {
    book.report('d1', [alarmEvent({ conditionId: 'old', eventId: 'o1' })], () => undefined);
    siren.losesAtFirst = 1;
    subscriber.start();
    await clock.advance(0);
    await clock.advance(999);
    expect(book.find('d1', 'old')).toMatchObject({ current: false });
    await clock.advance(1);
    expect([siren.subscriptions, book.alarms.length]).toEqual([2, 2]);
    await clock.advance(5_000);
    expect(book.find('d1', 'old')).toBeUndefined();
  });

  it('are of unknown state while it cannot report, and are asked for until it can', async () => {
    await subscribed();
    siren.accepts = () => Promise.reject(failure('unreachable'));
    siren.sink.fail(failure('unreachable'));
    expect(current()).toEqual([false]);
    await clock.advance(1_000);
    await clock.advance(2_000);
    expect(siren.subscriptions).toBe(3);
    expect(current()).toEqual([false]);
    siren.accepts = () => Promise.resolve();
    await clock.advance(4_000);
    expect(current()).toEqual([true]);
    await clock.advance(60_000);
    expect([siren.subscriptions, siren.sinks.size]).toEqual([4, 1]);
  });

  it('are asked for at once when a silent device answers, and else nobody asks it', async () => {
    await subscribed();
    subscriber.retryNow();
    subscriber.fail('the device is demoted');
    await clock.advance(60_000);
    expect([siren.subscriptions, current()]).toEqual([1, [false]]);
    subscriber.retryNow();
    await clock.advance(0);
    expect([siren.subscriptions, current()]).toEqual([2, [true]]);
  });

  it('wait for the next session when theirs is gone', async () => {
    await subscribed();
    siren.sink.fail(failure('host-lost'));
    await clock.advance(120_000);
    expect([siren.subscriptions, current()]).toEqual([1, [false]]);
    subscriber.start();
    await clock.advance(0);
    expect(current()).toEqual([true]);
  });

  it('of a device that reports none are asked for once', async () => {
    await subscribed();
    siren.accepts = () => Promise.reject(failure('rejected'));
    subscriber.start();
    await clock.advance(120_000);
    expect([siren.subscriptions, book.alarms]).toEqual([2, []]);
  });

  it('end with a stop, also those that the device accepts afterwards', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    siren.accepts = () => promise;
    subscriber.start();
    await clock.advance(0);
    subscriber.stop();
    resolve();
    await clock.advance(0);
    expect([siren.subscriptions, siren.sinks.size, current()]).toEqual([1, 0, []]);
    await clock.advance(60_000);
    expect(siren.subscriptions).toBe(1);
  });

  it('that a former subscription still brings are ignored', async () => {
    await subscribed();
    const former = siren.sink;
    siren.conditions = [];
    subscriber.start();
    await clock.advance(0);
    former.push([alarmEvent({ conditionId: 'late', eventId: 'l1' })]);
    former.lost(7);
    expect([book.find('d1', 'late'), book.lost]).toEqual([undefined, 0]);
  });
});
