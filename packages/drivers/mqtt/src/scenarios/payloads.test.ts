import { ScriptedBroker, TestBroker } from '@fieldwarden/mqtt-link/testing';
import { describe, expect, it } from 'vitest';
import { WatchedTags, type WatchedTag } from '../testing/watched-tags.js';

async function watching(
  tags: Readonly<Record<string, WatchedTag>>,
  options: object = {},
): Promise<{ readonly broker: TestBroker; readonly watched: WatchedTags } & AsyncDisposable> {
  const broker = await TestBroker.start();
  const watched = await WatchedTags.open({ options: { url: broker.url, ...options }, tags });
  return {
    broker,
    watched,
    async [Symbol.asyncDispose]() {
      await watched[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}

describe('messages as plants have them (§9.4)', () => {
  it('one topic that says "online" among JSON costs its own tags, and those only until it says JSON', async () => {
    await using plant = await watching({ speed: ['plant/+/state $.speed', 'float64'], other: ['other', 'float64'] });
    const { broker, watched } = plant;
    await broker.publish('plant/1/state', '{"speed":1}');
    await broker.publish('other', '5');
    await watched.shows({ speed: '1 Good', other: '5 Good' });
    await broker.publish('plant/1/state', 'online');
    await watched.shows({ speed: 'BadDecodingError', other: '5 Good' });
    await broker.publish('plant/1/state', '{"speed":2}');
    await watched.shows({ speed: '2 Good' });
  });

  it('an array of devices in one message feeds a tag of each, by name', async () => {
    const tags: Record<string, WatchedTag> = {
      seven: ['gateway $.devices[?id=7].values[0].t', 'float64'],
      nine: ['gateway $.devices[?id=9].values[0].t', 'float64'],
      whole: ['gateway $.count', 'int32'],
    };
    await using plant = await watching(tags);
    const { broker, watched } = plant;
    await broker.publish(
      'gateway',
      '{"count":2,"devices":[{"id":9,"values":[{"t":90}]},{"id":7,"values":[{"t":70}]}]}',
    );
    await watched.shows({ seven: '70 Good', nine: '90 Good', whole: '2 Good' });
    await broker.publish('gateway', '{"count":1,"devices":[{"id":7,"values":[{"t":71}]}]}');
    await watched.shows({ seven: '71 Good', nine: 'BadNoData', whole: '1 Good' });
  });

  it('the time of the payload is the time of the value', async () => {
    await using plant = await watching({ speed: ['plant/speed $.v', 'float64', { timePath: '$.t', timeFormat: 's' }] });
    const { broker, watched } = plant;
    await broker.publish('plant/speed', '{"v":1,"t":1767323045}', { retain: true });
    await watched.shows({ speed: '1 Good' });
    expect(watched.sourceTimes.get('speed')).toBe(1_767_323_045_000);
  });

  it('filters that overlap bring a message once, and each tag its value', async () => {
    const tags: Record<string, WatchedTag> = {
      exact: ['plant/a/speed', 'float64'],
      any: ['plant/+/speed', 'float64'],
      last: ['plant/a/+', 'float64'],
      all: ['plant/#', 'float64'],
    };
    await using plant = await watching(tags);
    const { broker, watched } = plant;
    for (const value of [1, 2, 2, 3]) await broker.publish('plant/a/speed', String(value));
    await watched.shows({ exact: '3 Good', any: '3 Good', last: '3 Good', all: '3 Good' });
    // Four messages, of which the second 2 may be taken for a copy: it says nothing new.
    for (const path of Object.keys(tags)) {
      const values = watched.told.filter((text) => text.startsWith(`${path}:`));
      expect(new Set(values).size, path).toBe(3);
      expect(values.length, path).toBeLessThanOrEqual(4);
    }
  });

  it('a broker that sends a message once for each filter that takes it is heard once', async () => {
    await using broker = await ScriptedBroker.start();
    const tags: Record<string, WatchedTag> = { left: ['plant/a/+', 'float64'], right: ['plant/+/speed', 'float64'] };
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    const send = (payload: string): void =>
      broker.clients[0].send({ cmd: 'publish', topic: 'plant/a/speed', payload, qos: 0, retain: false, dup: false });
    for (const payload of ['1', '1', '2', '2', '3']) send(payload);
    await watched.shows({ left: '3 Good', right: '3 Good' });
    expect(watched.told.filter((text) => text.startsWith('left'))).toEqual([
      'left: 1 Good',
      'left: 2 Good',
      'left: 3 Good',
    ]);
  });

  it('what the broker kept is uncertain until something new comes, or nothing at all', async () => {
    const broker = await TestBroker.start();
    await broker.publish('plant/a', '1', { retain: true });
    await broker.publish('plant/b', '1', { retain: true });
    const tags: Record<string, WatchedTag> = {
      used: ['plant/a', 'float64'],
      ignored: ['plant/b', 'float64', { retained: 'ignore' }],
    };
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    await watched.shows({ used: '1 UncertainLastUsableValue' });
    expect(watched.present.has('ignored')).toBe(false);
    await broker.publish('plant/a', '2', { retain: true });
    await broker.publish('plant/b', '2', { retain: true });
    await watched.shows({ used: '2 Good', ignored: '2 Good' });
    await watched[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
  });

  it('ten thousand topics of one filter each are ten thousand values', async () => {
    const tags = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i): [string, WatchedTag] => [`t${i}`, [`plant/${i}/v`, 'int32']]),
    );
    await using plant = await watching(tags);
    const { broker, watched } = plant;
    for (let i = 0; i < 10_000; i++) await broker.publish(`plant/${i}/v`, String(i), { qos: 0 });
    await watched.shows({ t0: '0 Good', t5000: '5000 Good', t9999: '9999 Good' });
    expect(watched.present.size).toBe(10_000);
  });
});
