import { GatewayError, statusCodes, ValueColumns, type StatusCode } from '@fieldwarden/core';
import type { DriverSession, Point, Subscription, UpdateSink } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolledTag } from './device-poller.js';
import { DeviceSubscriber } from './device-subscriber.js';
import { TagStore } from '../store/tag-store.js';
import { testInvoker } from '../testing/test-invoker.js';
import { tag } from '../testing/test-tags.js';

interface Feed extends Subscription {
  readonly addresses: readonly string[];
  readonly sink: UpdateSink;
}

/** Pushes the number that the address is. */
class PushingDevice implements DriverSession {
  readonly feeds = new Set<Feed>();
  readonly log: string[] = [];
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  subscribe(deviceId: string, points: readonly Point[], sink: UpdateSink): Promise<Subscription> {
    const feed: Feed = { deviceId, addresses: points.map(({ address }) => address), sink };
    this.feeds.add(feed);
    this.log.push(`+${feed.addresses.join()}`);
    this.#push(feed);
    return Promise.resolve(feed);
  }

  unsubscribe(subscription: Subscription): Promise<void> {
    const feed = subscription as Feed;
    this.feeds.delete(feed);
    this.log.push(`-${feed.addresses.join()}`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #push({ addresses, sink }: Feed): void {
    const columns = new ValueColumns(addresses.length);
    addresses.forEach((address, row) => columns.setNumber(row, Number(address), this.#clock.wallMs()));
    sink.push({ length: addresses.length, rows: Uint32Array.from(addresses.keys()), columns });
  }
}

describe('DeviceSubscriber', () => {
  let clock: FakeClock;
  let store: TagStore;
  let device: PushingDevice;
  let invoker: DeviceInvoker;
  let subscriber: DeviceSubscriber;

  beforeEach(() => {
    clock = new FakeClock();
    store = new TagStore(clock, collectingLogger());
    device = new PushingDevice(clock);
    invoker = testInvoker(device, { clock, timeoutMs: 5_000, failures: null });
    subscriber = new DeviceSubscriber({ invoker, store, clock, logger: collectingLogger() });
  });

  afterEach(() => {
    subscriber.stop();
    invoker.dispose();
  });

  const subscribed = (path: string, address: string): PolledTag => {
    const [handle] = store.define([tag(path, { address })]);
    return { handle, point: { path, address, type: { scalar: 'float64' } }, scanMs: 1_000 };
  };
  const none: ReadonlySet<number> = new Set();

  it('asks a device that cannot deliver until it is demoted, and once more when it delivers: it is back on scan then (§5.5)', async () => {
    let isLost = true;
    let asked = 0;
    const probed = Object.assign(new PushingDevice(clock), {
      probe(): Promise<void> {
        asked += 1;
        const lost = new GatewayError({ code: 'LOST', kind: 'unreachable', message: 'it is lost' });
        return isLost ? Promise.reject(lost) : Promise.resolve();
      },
    });
    const demoting = testInvoker(probed, { clock, timeoutMs: 5_000, failures: 3 });
    const lostOnes = new DeviceSubscriber({ invoker: demoting, store, clock, logger: collectingLogger() });
    const a = subscribed('a', '1');
    lostOnes.start([a]);
    await clock.advance(0);
    const [feed] = probed.feeds;
    feed.sink.fail(new GatewayError({ code: 'LOST', kind: 'unreachable', message: 'it is lost' }));
    for (let second = 0; second < 5; second += 1) await clock.advance(1_000);
    expect([asked, demoting.demoted, store.read(a.handle)?.status]).toEqual([3, true, statusCodes.BadNoCommunication]);
    // What it pushes while the probe still fails is followed by one a second; without a value, by none.
    for (let i = 0; i < 3; i += 1) feed.sink.push(oneBatch(feed, clock));
    feed.sink.push(oneBatch(feed, clock, statusCodes.BadNoCommunication));
    await clock.advance(0);
    expect([asked, demoting.demoted]).toEqual([4, true]);
    isLost = false;
    await clock.advance(1_000);
    feed.sink.push(oneBatch(feed, clock, statusCodes.BadNoCommunication));
    await clock.advance(0);
    expect([asked, demoting.demoted]).toEqual([4, true]);
    feed.sink.push(oneBatch(feed, clock));
    await clock.advance(0);
    expect([asked, demoting.demoted]).toEqual([5, false]);
    for (let second = 0; second < 5; second += 1) await clock.advance(1_000);
    expect(asked).toBe(5);
    lostOnes.stop();
    demoting.dispose();
  });

  describe('other tags while it runs (§7.5)', () => {
    it('subscribes what is new and leaves the rest as it is', async () => {
      const [a, b] = [subscribed('a', '1'), subscribed('b', '2')];
      subscriber.start([a, b]);
      await clock.advance(0);
      const c = subscribed('c', '3');
      subscriber.reshape([a, b, c], none);
      await clock.advance(0);
      expect(device.log).toEqual(['+1,2', '+3']);
      expect([a, b, c].map(({ handle }) => store.value(handle))).toEqual([1, 2, 3]);
    });

    it('what is pushed for a tag that went, or lives elsewhere, reaches nobody', async () => {
      const [a, b, c] = [subscribed('a', '1'), subscribed('b', '2'), subscribed('c', '3')];
      subscriber.start([a, b, c]);
      await clock.advance(0);
      const [old] = device.feeds;
      store.remove(Uint32Array.of(b.handle));
      store.redefine(Uint32Array.of(c.handle), [tag('c', { address: '30' })]);
      const newcomer = subscribed('d', '4');
      expect(newcomer.handle).toBe(b.handle);
      const moved = { ...c, point: { ...c.point, address: '30' } };
      subscriber.reshape([a, moved, newcomer], new Set([b.handle, c.handle]));
      old.sink.push(oneBatch(old, clock));
      expect([a, moved, newcomer].map(({ handle }) => store.read(handle))).toMatchObject([
        { value: -1, status: statusCodes.Good },
        { value: 30 },
        { value: 4 },
      ]);
      await clock.advance(0);
      expect(device.log).toEqual(['+1,2,3', '+30,4']);
    });

    it('ends a subscription of which no tag is left, and takes all as one again when they become many', async () => {
      let tags = [subscribed('a', '1')];
      subscriber.start(tags);
      await clock.advance(0);
      const b = subscribed('b', '2');
      subscriber.reshape([...tags, b], none);
      await clock.advance(0);
      subscriber.reshape(tags, new Set([b.handle]));
      await clock.advance(0);
      expect(device.log).toEqual(['+1', '+2', '-2']);
      for (let more = 3; more < 13; more += 1) {
        tags = [...tags, subscribed(`t${more}`, String(more))];
        subscriber.reshape(tags, none);
        await clock.advance(0);
      }
      expect(device.feeds.size).toBeLessThanOrEqual(9);
      expect([...device.feeds].flatMap(({ addresses }) => addresses).sort()).toEqual(
        tags.map(({ point }) => point.address).sort(),
      );
    });
  });
});

/** -1 for each of its points. */
function oneBatch({ addresses }: Feed, clock: FakeClock, bad?: StatusCode): Parameters<UpdateSink['push']>[0] {
  const columns = new ValueColumns(addresses.length);
  addresses.forEach((_, row) => {
    if (bad === undefined) columns.setNumber(row, -1, clock.wallMs());
    else columns.setBad(row, bad, clock.wallMs());
  });
  return { length: addresses.length, rows: Uint32Array.from(addresses.keys()), columns };
}
