import { systemClock, type Clock } from '@fieldwarden/core';
import { ScriptedBroker, TestBroker } from '@fieldwarden/mqtt-link/testing';
import { testBelongings, testCall, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { WatchedTags, type WatchedTag } from '../testing/watched-tags.js';

const speed: Readonly<Record<string, WatchedTag>> = { speed: ['plant/speed', 'float64'] };

/** What the runtime has not asked for by 10 s it does not want any more: here that is soon. */
const soonSettled: Clock = {
  ...systemClock,
  setTimer: (callback, delayMs) => systemClock.setTimer(callback, delayMs === 10_000 ? 200 : delayMs),
};

describe('connections as they end (§9.4, §9.6)', () => {
  it('a broker that goes turns every tag Bad; what was known before is uncertain when it is back, until a message comes', async () => {
    const broker = await TestBroker.start();
    await using watched = await WatchedTags.open({
      options: { url: broker.url },
      tags: { ...speed, quiet: ['plant/quiet', 'float64'] },
    });
    await broker.publish('plant/speed', '1');
    await watched.shows({ speed: '1 Good' });
    const { port } = broker;
    await broker[Symbol.asyncDispose]();
    await watched.shows({ speed: 'BadNoCommunication', quiet: 'BadNoCommunication' });
    expect(watched.failure?.message).toContain(String(port));
    await using next = await TestBroker.start({ port });
    await watched.shows({ speed: '1 UncertainLastUsableValue', quiet: 'BadWaitingForInitialData' });
    await waitFor(async () => (await next.publish('plant/speed', '2'), watched.present.get('speed') === '2 Good'), {
      what: 'a new value over the new connection, whose broker knows no session',
    });
  });

  it('a retained flood at reconnect changes no value that came since', async () => {
    await using broker = await TestBroker.start();
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags: speed });
    await broker.publish('plant/speed', '1', { retain: true });
    await watched.shows({ speed: '1 Good' });
    broker.cut();
    await watched.shows({ speed: '1 UncertainLastUsableValue' });
    await broker.publish('plant/speed', '2', { retain: true });
    await watched.shows({ speed: '2 Good' });
  });

  it('a session that outlives the driver is rid of filters that nobody wants any more', async () => {
    await using broker = await ScriptedBroker.start({ properties: {} });
    const belongings = testBelongings();
    const options = { url: broker.url };
    const before = await WatchedTags.open({ options, belongings, tags: { ...speed, gone: ['plant/gone', 'float64'] } });
    const kept = async (): Promise<boolean> => (await belongings.storage.get('filters')) !== undefined;
    await waitFor(kept, { what: 'the filters in storage' });
    await before[Symbol.asyncDispose]();
    broker.script.sessionPresent = true;
    await using watched = await WatchedTags.open({ options, belongings, tags: speed, clock: soonSettled });
    expect(watched.subscription).toBeDefined();
    const unsubscribed = (): unknown[] =>
      broker.clients[1].packets.flatMap((packet) => (packet.cmd === 'unsubscribe' ? packet.unsubscriptions : []));
    await waitFor(() => unsubscribed().includes('plant/gone'), { what: 'the old filter to go' });
    expect(unsubscribed()).toEqual(['plant/gone']);
    expect(broker.clients[1].connect).toMatchObject({ clean: false, clientId: broker.clients[0].connect.clientId });
  });

  it('a filter that the broker refuses costs its tags, and no others', async () => {
    await using broker = await ScriptedBroker.start({ grant: (filter) => (filter === 'secret' ? 0x87 : 1) });
    await using watched = await WatchedTags.open({
      options: { url: broker.url },
      tags: { ...speed, secret: ['secret', 'float64'] },
    });
    await watched.shows({ secret: 'BadUserAccessDenied' });
    broker.clients[0].send({ cmd: 'publish', topic: 'plant/speed', payload: '3', qos: 0, retain: false, dup: false });
    await watched.shows({ speed: '3 Good' });
  });

  it('says at once that the broker is away, and delivers when asked again once it is there', async () => {
    const away = await TestBroker.start();
    const { port, url } = away;
    await away[Symbol.asyncDispose]();
    await using watched = new WatchedTags({ options: { url }, tags: speed });
    await watched.session.open?.(AbortSignal.timeout(5_000));
    const ask = () => watched.session.subscribe!('line', watched.points, watched, testCall({ timeoutMs: 5_000 }));
    await expect(ask()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('nothing listens there') as string,
    });
    await using broker = await TestBroker.start({ port });
    await waitFor(async () => (await ask(), true), { what: 'a subscription', timeoutMs: 10_000 });
    await broker.publish('plant/speed', '4');
    await watched.shows({ speed: '4 Good' });
  });

  it('a topic that falls silent is uncertain, then Bad, and Good with the next message', async () => {
    await using broker = await TestBroker.start();
    await using watched = await WatchedTags.open({
      options: { url: broker.url, silentAfterMs: 300 },
      tags: { ...speed, patient: ['plant/speed', 'float64', { silentAfterMs: null }] },
    });
    await broker.publish('plant/speed', '1');
    await watched.shows({ speed: '1 Good' });
    await watched.shows({ speed: 'BadNoCommunication', patient: '1 Good' });
    expect(watched.told.filter((text) => text.startsWith('speed'))).toEqual([
      'speed: 1 Good',
      'speed: 1 UncertainLastUsableValue',
      'speed: BadNoCommunication',
    ]);
    await broker.publish('plant/speed', '2');
    await watched.shows({ speed: '2 Good' });
  });
});
