import { readFileSync } from 'node:fs';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { LinkProbe } from './testing/link-probe.js';
import { ScriptedBroker } from './testing/scripted-broker.js';
import { TestBroker } from './testing/test-broker.js';
import { TestCertificates } from './testing/test-certificates.js';

describe('the fate of a message', () => {
  it('is acknowledged, for every QoS', async () => {
    await using broker = await ScriptedBroker.start();
    await using probe = await LinkProbe.connected({ url: broker.url });
    for (const qos of [0, 1, 2] as const) probe.publish('a', { qos });
    expect(await probe.settled()).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
  });

  it('is refused, with the code of the broker, and what comes behind is not held up', async () => {
    await using broker = await ScriptedBroker.start({ acknowledge: ({ topic }) => (topic === 'secret' ? 0x87 : 0) });
    await using probe = await LinkProbe.connected({ url: broker.url });
    probe.publish('secret');
    probe.publish('secret', { qos: 2 });
    probe.publish('plain');
    expect(await probe.settled()).toEqual(['refused 0x87', 'refused 0x87', 'acknowledged']);
  });

  it('is deferred, not refused, while a quota of the broker is used up', async () => {
    await using broker = await ScriptedBroker.start({ acknowledge: () => 0x97 });
    await using probe = await LinkProbe.connected({ url: broker.url });
    probe.publish('a');
    probe.publish('a', { qos: 2 });
    expect(await probe.settled()).toEqual(['deferred 0x97', 'deferred 0x97']);
  });

  it('is told at once where the broker would end the connection for it', async () => {
    await using broker = await ScriptedBroker.start({ properties: { maximumPacketSize: 100 } });
    await using probe = await LinkProbe.connected({ url: broker.url });
    probe.publish('a/#');
    probe.publish('');
    probe.publish('a', { payload: Buffer.alloc(100) });
    expect(probe.fates).toEqual(['refused 0x90', 'refused 0x90', 'too-large 0x95']);
    expect(broker.published).toEqual([]);
  });

  it('is lost for all that was under way when the connection ended', async () => {
    await using broker = await ScriptedBroker.start({ acknowledge: () => 'withhold' });
    await using probe = await LinkProbe.connected({ url: broker.url });
    for (let i = 0; i < 50; i += 1) probe.publish(`topic/${i}`, { qos: 1 });
    await waitFor(() => broker.published.length === 50, { what: 'all to arrive' });
    broker.cut();
    expect(await probe.settled()).toEqual(Array(50).fill('lost'));
    await probe.connects(2);
    expect(broker.published).toHaveLength(50);
  });

  it('is lost where there is no connection', () => {
    const probe = new LinkProbe({ url: 'mqtt://127.0.0.1:1' });
    probe.publish('a');
    expect(probe.fates).toEqual(['lost']);
  });
});

describe('what a broker takes', () => {
  it('is kept: how many at a time, which QoS, whether retained', async () => {
    const properties = { receiveMaximum: 2, maximumQoS: 1, retainAvailable: false };
    await using broker = await ScriptedBroker.start({ properties, acknowledge: () => 'withhold' });
    await using probe = await LinkProbe.connected({ url: broker.url });
    expect(probe.link.room).toBe(2);
    probe.publish('a', { qos: 2, retain: true });
    probe.publish('b');
    expect(probe.link.room).toBe(0);
    expect(() => probe.publish('c')).toThrow('more was handed over');
    await waitFor(() => broker.published.length === 2, { what: 'both' });
    expect(broker.published.map(({ qos, retain }) => [qos, retain])).toEqual([
      [1, false],
      [1, false],
    ]);
  });

  it('leaves no room while bytes wait for a broker that does not read', async () => {
    await using broker = await ScriptedBroker.start();
    await using probe = await LinkProbe.connected({ url: broker.url });
    broker.script.frozen = true;
    const payload = Buffer.alloc(1_000_000);
    while (probe.link.room > 0) probe.publish('a', { qos: 0, payload });
    expect(probe.fates.length).toBeLessThan(30);
  });
});

describe('the version of MQTT', () => {
  it('is 5 where the broker speaks it', async () => {
    await using broker = await ScriptedBroker.start();
    await using probe = await LinkProbe.connected({ url: broker.url });
    expect(probe.link.state).toMatchObject({ name: 'connected', version: '5' });
  });

  it('is 3.1.1, at once, with a broker that refuses 5', async () => {
    await using broker = await TestBroker.start();
    await using probe = await LinkProbe.connected({ url: broker.url });
    expect(probe.link.state).toMatchObject({ name: 'connected', version: '3.1.1' });
    broker.cut();
    await probe.connects(2);
    expect(probe.link.state).toMatchObject({ version: '3.1.1' });
  });
});

it('speaks over a WebSocket', async () => {
  await using broker = await TestBroker.start({ isWebSocket: true });
  await using probe = await LinkProbe.connected({ url: broker.url });
  await probe.link.subscribe([{ filter: '#', qos: 1 }]);
  probe.publish('a', { payload: Buffer.alloc(100_000, 'x') });
  expect(await probe.settled()).toEqual(['acknowledged']);
  await waitFor(() => probe.messages[0]?.payload.length === 100_000, { what: 'the message' });
  broker.cut();
  await probe.connects(2);
});

it('asks for a protocol by ALPN, and takes no connection on which it was not chosen', async () => {
  await using certificates = await TestCertificates.make();
  const { authority, broker: files, client } = certificates;
  const read = (file: string): string => readFileSync(file, 'utf8');
  const own = { cert: read(files.certFile), key: read(files.keyFile) };
  await using demanding = await TestBroker.start({ tls: { ...own, alpn: 'x-plant' } });
  await using indifferent = await TestBroker.start({ tls: own });
  const tls = { ...client, caFile: authority };
  await using probe = await LinkProbe.connected({ url: demanding.url, tls: { ...tls, alpn: 'x-plant' } });
  expect(probe.link.state.name).toBe('connected');
  await using silent = new LinkProbe({ url: demanding.url, tls });
  silent.link.start();
  expect(await silent.hasProblem()).toContain('ended the connection');
  await using strict = new LinkProbe({ url: indifferent.url, tls: { ...tls, alpn: 'x-plant' } });
  strict.link.start();
  expect(await strict.hasProblem()).toContain('did not choose x-plant by ALPN');
});

describe('a broker that does not take the gateway', () => {
  it.each([
    [0x86, 'user name or password are wrong'],
    [0x85, 'set clientId'],
    [0x97, 'a quota of it is used up'],
  ])('says why: %i, %s', async (connack, why) => {
    await using broker = await ScriptedBroker.start({ connack });
    await using probe = new LinkProbe({ url: broker.url });
    probe.link.start();
    expect(await probe.hasProblem()).toContain(why);
  });

  it('is not asked again and again: the waits double', async () => {
    await using broker = await ScriptedBroker.start({ connack: 0x87 });
    await using probe = new LinkProbe({ url: broker.url });
    probe.link.start();
    await waitFor(() => probe.states.filter(({ name }) => name === 'waiting').length === 3, { what: 'three attempts' });
    const waits = probe.states.flatMap((state) => (state.name === 'waiting' ? state.waitMs : []));
    expect(waits).toEqual([250, 500, 1000]);
  });

  it('is told of when nothing listens, nothing answers, or something else does', async () => {
    await using silent = await ScriptedBroker.start({ connack: 'silence' });
    await using rude = await ScriptedBroker.start({ connack: 'hang-up' });
    const port = await freePort();
    const attempts = [`mqtt://127.0.0.1:${port}`, silent.url, rude.url, silent.url.replace('mqtt', 'mqtts')];
    const problems = await Promise.all(
      attempts.map(async (url) => {
        await using probe = new LinkProbe({ url, version: '5', connectTimeoutMs: 300 });
        probe.link.start();
        return await probe.hasProblem();
      }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^unreachable: .*nothing listens there/),
      expect.stringMatching(/^silent: .*does not answer/),
      expect.stringMatching(/^closed: .*is it a broker/),
      expect.stringMatching(/^(tls|unreachable|silent): /),
    ]);
  });

  it('says that a file of certificates can not be read', async () => {
    await using probe = new LinkProbe({
      url: 'mqtt://127.0.0.1:1',
      tls: { caFile: '/nowhere.pem', certFile: null, keyFile: null, alpn: null },
    });
    probe.link.start();
    expect(await probe.hasProblem()).toMatch(/^settings: \/nowhere.pem cannot be read/);
  });
});

describe('a connection that ends', () => {
  it('again and again, right after it began, means that another client has the id', async () => {
    await using broker = await ScriptedBroker.start({ onTaken: ({ socket }) => setTimeout(() => socket.end(), 20) });
    await using probe = new LinkProbe({ url: broker.url, version: '5' });
    probe.link.start();
    await waitFor(() => probe.problem.startsWith('taken-id'), { what: 'the third end' });
    expect(probe.problem).toContain('another client uses the id probe');
    expect(probe.link.connects).toBe(3);
    expect(probe.states.at(-1)).toMatchObject({ name: 'waiting', waitMs: 30_000 });
  });

  it('means nothing of the kind where the owner knows better', async () => {
    await using broker = await ScriptedBroker.start({ onTaken: ({ socket }) => setTimeout(() => socket.end(), 20) });
    await using probe = new LinkProbe({ url: broker.url, version: '5' });
    probe.isToBlame = () => true;
    probe.link.start();
    await waitFor(() => probe.link.connects === 4, { what: 'four connections' });
    expect(probe.problem).not.toContain('taken-id');
  });

  it('because the session was taken over, is told at once', async () => {
    await using broker = await ScriptedBroker.start({
      onTaken: (client) => {
        client.send({ cmd: 'disconnect', reasonCode: 0x8e });
        client.socket.end();
      },
    });
    await using probe = new LinkProbe({ url: broker.url, version: '5' });
    probe.link.start();
    expect(await probe.hasProblem()).toMatch(/^taken-id/);
  });

  it('with a reason, is told with it', async () => {
    await using broker = await ScriptedBroker.start({
      onTaken: (client) => {
        client.send({ cmd: 'disconnect', reasonCode: 0x95 });
        client.socket.end();
      },
    });
    await using probe = new LinkProbe({ url: broker.url, version: '5' });
    probe.link.start();
    expect(await probe.hasProblem()).toContain('packet too large (0x95)');
  });

  it('by bytes that are no MQTT, is left and begun anew', async () => {
    await using broker = await ScriptedBroker.start({
      onTaken: ({ socket }) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    });
    await using probe = new LinkProbe({ url: broker.url, version: '5' });
    probe.link.start();
    await probe.hasProblem();
    broker.script.onTaken = () => undefined;
    await waitFor(() => probe.link.connects >= 2 && probe.link.state.name === 'connected', { what: 'another one' });
    probe.publish('a');
    expect(await probe.settled()).toEqual(['acknowledged']);
  });

  it('is ended from this side where nothing is acknowledged', async () => {
    await using broker = await ScriptedBroker.start({ acknowledge: () => 'withhold' });
    await using probe = await LinkProbe.connected({ url: broker.url, acknowledgeTimeoutMs: 200 });
    probe.publish('a');
    expect(await probe.hasProblem()).toMatch(/^silent: .*acknowledges none/);
    expect(probe.fates).toEqual(['lost']);
  });

  it('is ended from this side where pings stay without an answer', async () => {
    await using broker = await ScriptedBroker.start({ answersPings: false });
    await using probe = await LinkProbe.connected({ url: broker.url, keepaliveSeconds: 1 });
    expect(await probe.hasProblem()).toMatch(/^silent: .*does not answer any longer/);
  });
});

describe('subscriptions', () => {
  it('go out a hundred at a time, and are answered one by one', async () => {
    await using broker = await ScriptedBroker.start({ grant: (filter) => (filter === 'f/7' ? 0x87 : 1) });
    await using probe = await LinkProbe.connected({ url: broker.url });
    const filters = Array.from({ length: 250 }, (_, i) => ({ filter: `f/${i}`, qos: 1 as const }));
    const outcomes = await probe.link.subscribe(filters);
    expect(outcomes.filter(({ granted }) => granted !== 1)).toEqual([{ filter: 'f/7', granted: { refused: 0x87 } }]);
    const packets = broker.clients[0].packets.filter(({ cmd }) => cmd === 'subscribe');
    expect(packets).toHaveLength(3);
  });

  it('are told to have failed when the connection ends first', async () => {
    await using broker = await ScriptedBroker.start();
    await using probe = await LinkProbe.connected({ url: broker.url });
    broker.script.frozen = true;
    const outcome = probe.link.subscribe([{ filter: 'a', qos: 1 }]);
    broker.cut();
    await expect(outcome).rejects.toThrow('ended first');
  });

  it('end in vain, too, when the connection ends before the answer', async () => {
    await using broker = await ScriptedBroker.start({ answersUnsubscribe: false });
    await using probe = await LinkProbe.connected({ url: broker.url });
    const ended = probe.link.unsubscribe(['a']);
    await waitFor(() => broker.clients[0].packets.some(({ cmd }) => cmd === 'unsubscribe'), { what: 'the packet' });
    broker.cut();
    await expect(ended).rejects.toThrow('ended first');
  });

  it('bring messages, also after a listener threw', async () => {
    await using broker = await TestBroker.start();
    await using probe = await LinkProbe.connected({ url: broker.url });
    await probe.link.subscribe([{ filter: 'a/+', qos: 1 }]);
    probe.onMessage = () => {
      throw new Error('a bug');
    };
    for (const text of ['1', '2', '3']) await broker.publish('a/b', text);
    await waitFor(() => probe.messages.length === 3, { what: 'all three' });
    expect(probe.messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['1', '2', '3']);
    expect(probe.logger.messages('error')[0]).toContain('a bug');
  });
});

describe('a will', () => {
  it('is asked for before each CONNECT, and not for a connection that never was', async () => {
    let asked = 0;
    await using broker = await ScriptedBroker.start();
    const port = broker.port;
    await using probe = new LinkProbe({ url: broker.url });
    probe.will = () =>
      Promise.resolve({ topic: 'will', payload: Buffer.from(String((asked += 1))), qos: 1, retain: true });
    probe.link.start();
    await probe.connects(1);
    await broker[Symbol.asyncDispose]();
    await waitFor(() => probe.states.filter(({ name }) => name === 'waiting').length >= 2, { what: 'a vain attempt' });
    await using again = await ScriptedBroker.start({}, port);
    await probe.connects(2);
    expect(again.clients[0].connect.will?.payload.toString()).toBe('2');
  });

  it('is not published after a planned end, even when messages are under way', async () => {
    await using broker = await TestBroker.start();
    const probe = new LinkProbe({ url: broker.url });
    probe.will = () => ({ topic: 'will', payload: Buffer.from('lost'), qos: 1, retain: true });
    probe.link.start();
    await probe.connects(1);
    await probe.link.stop({ farewell: [{ topic: 'status', payload: Buffer.from('stopped'), qos: 1, retain: true }] });
    await waitFor(() => broker.connectedClients === 0, { what: 'the end' });
    expect(broker.seen.map(({ topic, text }) => [topic, text])).toEqual([['status', 'stopped']]);
  });
});

describe('a planned end', () => {
  it('does not wait for a broker that acknowledges nothing', async () => {
    await using broker = await ScriptedBroker.start({ acknowledge: () => 'withhold' });
    const probe = await LinkProbe.connected({ url: broker.url });
    probe.publish('a');
    await probe.link.stop({ deadlineMs: 100 });
    expect(probe.fates).toEqual(['lost']);
    expect(broker.clients[0].packets.at(-1)).toMatchObject({ cmd: 'disconnect' });
    expect(probe.link.state).toEqual({ name: 'stopped' });
  });

  it('leaves a broker that reads nothing', async () => {
    await using broker = await ScriptedBroker.start();
    const probe = await LinkProbe.connected({ url: broker.url });
    broker.script.frozen = true;
    probe.publish('a');
    await probe.link.stop({ deadlineMs: 50 });
    expect(probe.fates).toEqual(['lost']);
  });

  it('comes in the middle of an attempt, too', async () => {
    await using broker = await ScriptedBroker.start({ connack: 'silence' });
    const probe = new LinkProbe({ url: broker.url });
    probe.link.start();
    await waitFor(() => broker.clients.length === 1, { what: 'CONNECT' });
    await probe.link.stop();
    expect(probe.states.at(-1)).toEqual({ name: 'stopped' });
  });
});

async function freePort(): Promise<number> {
  await using broker = await ScriptedBroker.start();
  return broker.port;
}
