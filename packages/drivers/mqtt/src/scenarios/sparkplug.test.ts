import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { SparkplugDevice } from '../testing/sparkplug-device.js';
import { WatchedTags, type WatchedTag } from '../testing/watched-tags.js';

const metrics = [
  { name: 'Motor/Speed', type: { scalar: 'float32' }, value: 1.5 },
  { name: 'Count', type: { scalar: 'int64' }, value: 9_007_199_254_740_993n },
] as const;

const tags: Readonly<Record<string, WatchedTag>> = {
  speed: ['spBv1.0/plant/+/node/filler sparkplug:Motor/Speed', 'float32'],
  count: ['spBv1.0/plant/DDATA/node/filler', 'int64', { metric: 'Count' }],
  absent: ['spBv1.0/plant/+/node/filler sparkplug:Absent', 'float32'],
};

describe('a Sparkplug device (§9.4)', () => {
  it('is asked for its births by a host that comes later, tells what changes, and dies with its tags', async () => {
    await using broker = await TestBroker.start();
    await using device = await SparkplugDevice.start(broker.url, metrics);
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    await watched.shows({ speed: '1.5 Good', count: '9007199254740993 Good', absent: 'BadNodeIdUnknown' });
    expect(device.rebirths).toBe(1);
    device.tell('Motor/Speed', 2.5);
    await watched.shows({ speed: '2.5 Good' });
    await device.die();
    await watched.shows({ speed: 'BadNoCommunication', count: 'BadNoCommunication' });
    await using next = await SparkplugDevice.start(broker.url, [{ ...metrics[0], value: 3.5 }, metrics[1]], 0);
    await watched.shows({ speed: '3.5 Good', count: '9007199254740993 Good' });
    expect(next.rebirths).toBe(0);
  });

  it('is asked for a rebirth when a message is missing, and has the right value then', async () => {
    await using broker = await TestBroker.start();
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    await using device = await SparkplugDevice.start(broker.url, metrics);
    await watched.shows({ speed: '1.5 Good' });
    device.loseOne('Count', 5n);
    device.tell('Motor/Speed', 4.5);
    await watched.shows({ speed: '4.5 Good' });
    await waitFor(() => device.rebirths > 0, { what: 'a request for a rebirth', timeoutMs: 15_000 });
    await watched.shows({ count: '5 Good' });
  });

  it('that tells what happened earlier changes no present value, with whatever time, and answers no write', async () => {
    await using broker = await TestBroker.start();
    await using device = await SparkplugDevice.start(broker.url, metrics);
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    await watched.shows({ speed: '1.5 Good', count: '9007199254740993 Good' });
    device.tellHistory('Motor/Speed', 9.5, Date.now() - 60_000);
    device.tellHistory('Motor/Speed', 10.5, Date.now() + 60_000);
    device.tell('Count', 2n);
    await watched.shows({ count: '2 Good' });
    expect(watched.present.get('speed')).toBe('1.5 Good');
    expect(watched.told.filter((text) => text.startsWith('speed'))).not.toContainEqual(
      expect.stringMatching(/9\.5|10\.5/),
    );
    expect(device.rebirths).toBe(1);
  });

  it('keeps a metric that does not change, however long the driver lets topics be silent', async () => {
    await using broker = await TestBroker.start();
    await using device = await SparkplugDevice.start(broker.url, metrics);
    const own: WatchedTag = [tags.count[0], 'int64', { metric: 'Count', silentAfterMs: 200 }];
    const options = { url: broker.url, silentAfterMs: 100 };
    await using watched = await WatchedTags.open({ options, tags: { speed: tags.speed, own } });
    await watched.shows({ own: 'BadNoCommunication' });
    expect(watched.present.get('speed')).toBe('1.5 Good');
    await device.die();
    await watched.shows({ speed: 'BadNoCommunication' });
  });

  it('is written by DCMD, which counts as done when the device tells the value', async () => {
    await using broker = await TestBroker.start();
    await using device = await SparkplugDevice.start(broker.url, metrics);
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    await watched.shows({ speed: '1.5 Good' });
    expect(await watched.write('speed', 7.5)).toMatchObject({ outcome: 'done' });
    await watched.shows({ speed: '7.5 Good' });
    expect(await watched.write('absent', 1)).toMatchObject({ outcome: 'not-sent' });
    await device.die();
    await watched.shows({ speed: 'BadNoCommunication' });
    expect(await watched.write('speed', 1)).toMatchObject({ outcome: 'not-sent' });
  });
});
