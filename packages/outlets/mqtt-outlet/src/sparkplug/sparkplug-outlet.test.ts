import { statusCodes } from '@fieldwarden/core';
import { ScriptedBroker, type ScriptedClient } from '@fieldwarden/mqtt-link/testing';
import { encodeCommand, encodeState, parseTopic, sparkplugTypes } from '@fieldwarden/sparkplug';
import { decodeIndependently, type SeenPayload, type WireRule, wireRules } from '@fieldwarden/sparkplug/testing';
import {
  memoryTag,
  MemoryStorage,
  serviceContext,
  waitFor,
  type TestServiceContext,
  testOrigin,
} from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import service from '../service.js';
import type { MqttOutletSettings } from '../settings.js';

type Outlet = ReturnType<typeof service.create>;

const ofDevice = { driverId: 'line', deviceId: 'filler' };
const deviceState = '_system/devices/line/filler/state';
const rebirth = encodeCommand(
  [{ name: 'Node Control/Rebirth', alias: undefined, type: sparkplugTypes.Boolean, value: true }],
  5,
);

let broker: ScriptedBroker;
let context: TestServiceContext<MqttOutletSettings>;
let outlet: Outlet;
const stack: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  broker = await ScriptedBroker.start();
  stack.push(() => broker[Symbol.asyncDispose]());
});

afterEach(async () => {
  for (const end of stack.reverse()) await end();
  stack.length = 0;
});

async function start(more: object = {}, storage?: MemoryStorage): Promise<void> {
  const settings = service.schema.parse({
    url: broker.url,
    version: '5',
    format: 'sparkplug',
    commands: true,
    sparkplug: { group: 'lab' },
    ...more,
  }) as MqttOutletSettings;
  context = await serviceContext(settings, { serviceId: 'mqtt', ...(storage && { storage }) });
  const { tags } = context;
  tags.define(
    memoryTag('filler/speed', ofDevice),
    memoryTag('filler/setpoint', { ...ofDevice, access: 'read-write' }),
    memoryTag('batch/count', { type: { scalar: 'int32' }, driverId: null, deviceId: null }),
    memoryTag(deviceState, { type: { scalar: 'string' }, driverId: null, deviceId: null }),
  );
  tags.set(deviceState, 'connected');
  tags.set('filler/speed', 1.5);
  outlet = service.create(context);
  await outlet.start(new AbortController().signal);
  const [running, itsContext] = [outlet, context];
  stack.push(async () => {
    await running.stop();
    await itsContext[Symbol.asyncDispose]();
  });
}

interface Sent {
  readonly type: string;
  readonly device: string | undefined;
  readonly qos: number;
  readonly retain: boolean;
  readonly payload: SeenPayload;
}

function sentBy(client: ScriptedClient): Sent[] {
  return client.packets.flatMap((packet) => {
    if (packet.cmd !== 'publish') return [];
    const { type, device } = parseTopic(packet.topic)!;
    return [
      { type, device, qos: packet.qos, retain: packet.retain, payload: decodeIndependently(packet.payload as Buffer) },
    ];
  });
}

const sent = (): Sent[] => broker.clients.flatMap(sentBy);
const types = (): string[] => sent().map(({ type }) => type);

function born(clients = 1): Promise<unknown> {
  return waitFor(() => sentBy(broker.clients[clients - 1]).some(({ type }) => type === 'DBIRTH'), { what: 'births' });
}

function sendToAll(topic: string, payload: Uint8Array, retain = false): void {
  broker.clients.at(-1)!.send({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain, dup: false });
}

/** Who connected, what was sent, and how it went away: with MQTT 5 and 3.1.1, a death and a rebirth among it. */
async function aLife(version: '5' | '3.1.1'): Promise<ScriptedClient> {
  await start({ version });
  await born();
  context.tags.set('filler/speed', 2.5);
  context.tags.set('batch/count', 3);
  await waitFor(() => types().includes('DDATA') && types().includes('NDATA'), { what: 'data' });
  context.tags.set(deviceState, 'demoted');
  await waitFor(() => types().includes('DDEATH'), { what: 'the death of the device' });
  await outlet.stop();
  return broker.clients[0];
}

describe('on the wire', () => {
  const all = (client: ScriptedClient, type: string): Sent[] => {
    const found = sentBy(client).filter((message) => message.type === type);
    expect(found).not.toEqual([]);
    return found;
  };
  const qos0 =
    (...ofTypes: string[]) =>
    (client: ScriptedClient): void => {
      for (const type of ofTypes) for (const { qos } of all(client, type)) expect(qos).toBe(0);
    };
  const notRetained =
    (...ofTypes: string[]) =>
    (client: ScriptedClient): void => {
      for (const type of ofTypes) for (const { retain } of all(client, type)) expect(retain).toBe(false);
    };
  const both =
    (type: string) =>
    (client: ScriptedClient): void => {
      qos0(type)(client);
      notRetained(type)(client);
    };
  const willQos1 = ({ connect }: ScriptedClient): void => expect(connect.will?.qos).toBe(1);
  const willNotRetained = ({ connect }: ScriptedClient): void => expect(connect.will?.retain).toBe(false);
  const deathBeforeEnd = (client: ScriptedClient): void => {
    const last = client.packets.filter(({ cmd }) => cmd === 'publish' || cmd === 'disconnect').slice(-2);
    expect(last.map(({ cmd }) => cmd)).toEqual(['publish', 'disconnect']);
    expect(sentBy(client).at(-1)).toMatchObject({ type: 'NDEATH' });
  };

  const rules: Readonly<Record<WireRule, (client: ScriptedClient, version: string) => void>> = {
    'principles-persistence-clean-session-311': ({ connect }) => expect(connect.clean).toBe(true),
    'principles-persistence-clean-session-50': ({ connect }) => {
      expect(connect.clean).toBe(true);
      expect(connect.properties?.sessionExpiryInterval ?? 0).toBe(0);
    },
    'topics-nbirth-mqtt': both('NBIRTH'),
    'topics-ndata-mqtt': both('NDATA'),
    'topics-dbirth-mqtt': both('DBIRTH'),
    'topics-ddata-mqtt': both('DDATA'),
    'topics-ddeath-mqtt': both('DDEATH'),
    'message-flow-edge-node-birth-publish-will-message-qos': willQos1,
    'message-flow-edge-node-birth-publish-will-message-will-retained': willNotRetained,
    'message-flow-edge-node-birth-publish-nbirth-qos': qos0('NBIRTH'),
    'message-flow-edge-node-birth-publish-nbirth-retained': notRetained('NBIRTH'),
    'message-flow-device-birth-publish-dbirth-qos': qos0('DBIRTH'),
    'message-flow-device-birth-publish-dbirth-retained': notRetained('DBIRTH'),
    'payloads-nbirth-qos': qos0('NBIRTH'),
    'payloads-nbirth-retain': notRetained('NBIRTH'),
    'payloads-dbirth-qos': qos0('DBIRTH'),
    'payloads-dbirth-retain': notRetained('DBIRTH'),
    'payloads-ndata-qos': qos0('NDATA'),
    'payloads-ndata-retain': notRetained('NDATA'),
    'payloads-ddata-qos': qos0('DDATA'),
    'payloads-ddata-retain': notRetained('DDATA'),
    'payloads-ndeath-will-message-qos': willQos1,
    'payloads-ndeath-will-message-retain': willNotRetained,
    'payloads-ndeath-will-message-publisher-disconnect-mqtt311': (client) => deathBeforeEnd(client),
    'payloads-ndeath-will-message-publisher-disconnect-mqtt50': (client, version) => {
      deathBeforeEnd(client);
      const end = client.packets.at(-1) as { reasonCode?: number };
      if (version === '5') expect(end.reasonCode).toBe(4);
    },
  };

  it.each(['5', '3.1.1'] as const)('keeps the rules of what MQTT %s carries around the payloads', async (version) => {
    const client = await aLife(version);
    expect(client.connect.protocolVersion).toBe(version === '5' ? 5 : 4);
    for (const rule of wireRules) expect(() => rules[rule](client, version), rule).not.toThrow();
    const subscriptions = client.packets.flatMap((packet) => (packet.cmd === 'subscribe' ? packet.subscriptions : []));
    expect(subscriptions.map(({ topic, qos }) => [topic, qos])).toEqual([
      ['spBv1.0/lab/NCMD/gateway', 1],
      ['spBv1.0/lab/DCMD/gateway/line:filler', 1],
    ]);
  });
});

it('counts bdSeq over connections and restarts, on the disk before each CONNECT', async () => {
  const bdSeqs = (): unknown[] =>
    broker.clients.map(({ connect }) => decodeIndependently(connect.will!.payload as Buffer).metrics[0].value);
  await start();
  await born();
  broker.cut();
  await waitFor(() => broker.clients.length === 2, { what: 'another connection' });
  await born(2);
  expect(bdSeqs()).toEqual([0n, 1n]);
  expect(await (await context.storage.table('sparkplug')).get('bdSeq')).toBe(1);
  await outlet.stop();
  await start({}, context.storage);
  await born(3);
  expect(bdSeqs()).toEqual([0n, 1n, 2n]);
  expect(outlet.status()).toMatchObject({
    connected: true,
    sparkplug: { group: 'lab', node: 'gateway', session: 'live', bdSeq: 2 },
  });
});

it('keeps what changes while the broker is away, and tells it as history, once the broker has it', async () => {
  await start();
  await born();
  const { port } = broker;
  await broker[Symbol.asyncDispose]();
  await waitFor(() => outlet.health().state === 'Degraded', { what: 'the loss' });
  for (let i = 0; i < 5; i++) {
    context.tags.set('filler/speed', 10 + i);
    context.tags.set('batch/count', i);
    await waitFor(() => Number(outlet.status().pending) >= 2 * (i + 1), { what: 'the change to be kept' });
  }
  broker = await ScriptedBroker.start({}, port);
  await born();
  const history = (type: string): unknown[] =>
    sent()
      .filter((message) => message.type === type)
      .flatMap(({ payload }) => payload.metrics.filter(({ isHistorical }) => isHistorical).map(({ value }) => value));
  await waitFor(() => outlet.status().pending === 0, { what: 'the backlog to be told' });
  expect(history('DDATA')).toEqual([10, 11, 12, 13, 14]);
  expect(history('NDATA').map(Number)).toEqual([0, 1, 2, 3, 4]);
  expect(types().slice(0, 2)).toEqual(['NBIRTH', 'DBIRTH']);
});

it('is born again for whoever asks, and writes what commands say, once', async () => {
  await start();
  await born();
  sendToAll('spBv1.0/lab/NCMD/gateway', rebirth);
  await waitFor(() => types().filter((type) => type === 'NBIRTH').length === 2, { what: 'a rebirth' });
  const command = (value: number) =>
    encodeCommand([{ name: 'filler/setpoint', alias: undefined, type: sparkplugTypes.Double, value }], 7);
  sendToAll('spBv1.0/lab/DCMD/gateway/line:filler', command(9), true);
  sendToAll('spBv1.0/lab/DCMD/gateway/line:filler', command(4.5));
  sendToAll('spBv1.0/lab/DCMD/gateway/line:filler', command(4.5));
  sendToAll('spBv1.0/lab/DCMD/gateway/line:filler', command(5.5));
  await waitFor(() => context.writer.writes.length >= 2, { what: 'the writes' });
  expect(context.writer.writes.map(({ path, value, origin }) => [path, value, origin.via])).toEqual([
    ['filler/setpoint', 4.5, 'mqtt'],
    ['filler/setpoint', 5.5, 'mqtt'],
  ]);
  await waitFor(
    () => sent().some(({ type, payload }) => type === 'DDATA' && payload.metrics.some(({ value }) => value === 5.5)),
    {
      what: 'the written value',
    },
  );
  expect(outlet.status().commands).toEqual({ listening: true, done: 2, rejected: 2, 'not-sent': 0, unknown: 0 });
});

it.each([{ role: 'viewer' }, { areas: ['line/**'] }])(
  'writes nothing that commands: %j does not allow, and names the permission (§13.2)',
  async (commands) => {
    await start({ commands });
    await born();
    const value = { name: 'filler/setpoint', alias: undefined, type: sparkplugTypes.Double, value: 4.5 };
    sendToAll('spBv1.0/lab/DCMD/gateway/line:filler', encodeCommand([value], 7));
    const counted = { listening: true, done: 0, rejected: 0, 'not-sent': 1, unknown: 0 };
    await waitFor(() => (outlet.status().commands as typeof counted)['not-sent'] === 1, { what: 'the refusal' });
    expect(outlet.status().commands).toEqual(counted);
    expect(context.writer.writes).toEqual([]);
    expect(context.logger.messages('warn')).toContainEqual(
      expect.stringMatching(/command for filler\/setpoint: not-sent, .* the permission write for filler\/setpoint/),
    );
  },
);

it('waits for its primary host, leaves when that goes, and comes back', async () => {
  await start({ sparkplug: { group: 'lab', primaryHost: 'scada' } });
  await waitFor(() => broker.clients[0]?.packets.some(({ cmd }) => cmd === 'subscribe'), { what: 'the subscriptions' });
  context.tags.set('filler/speed', 7.5);
  await waitFor(() => outlet.status().pending === 1, { what: 'the change to be kept' });
  expect(outlet.health()).toMatchObject({
    reason: 'the primary host scada is not online: what changes is kept for it',
  });
  sendToAll('spBv1.0/STATE/scada', encodeState({ isOnline: true, timestampMs: 5 }), true);
  await born();
  await waitFor(() => outlet.status().pending === 0, { what: 'the history to be told' });
  sendToAll('spBv1.0/STATE/scada', encodeState({ isOnline: false, timestampMs: 6 }));
  await waitFor(() => broker.clients.length === 2, { what: 'another connection' });
  expect(sentBy(broker.clients[0]).at(-1)).toMatchObject({ type: 'NDEATH', qos: 1 });
});

it('follows the plant: tags and devices that come and go', async () => {
  await start();
  await born();
  context.tags.define(
    memoryTag('capper/torque', { driverId: 'line', deviceId: 'capper' }),
    memoryTag('filler/level', ofDevice),
  );
  await waitFor(() => types().filter((type) => type === 'DBIRTH').length === 3, { what: 'the births' });
  context.tags.remove('capper/torque');
  await waitFor(() => types().includes('DDEATH'), { what: 'the death' });
  context.tags.define(memoryTag('filler/other', ofDevice));
  context.tags.set('filler/other', 3.25);
  await waitFor(() => sent().some(({ payload }) => payload.metrics.some(({ value }) => value === 3.25)), {
    what: 'its value',
  });
  const seqs = sent().map(({ payload }) => Number(payload.seq));
  expect(seqs).toEqual(seqs.map((_, i) => i));
});

it('tells Bad values as null with their quality, and nothing of tags that are not published', async () => {
  await start({ publish: { exclude: ['_system/**', 'filler/setpoint'] } });
  await born();
  context.tags.apply({ path: 'filler/speed', status: statusCodes.BadTimeout });
  await waitFor(() => types().includes('DDATA'), { what: 'data' });
  expect(sent().at(-1)!.payload.metrics).toMatchObject([
    { isNull: true, properties: [{ key: 'Quality', intValue: 0n }] },
  ]);
  const names = sent().flatMap(({ payload }) => payload.metrics.map(({ name }) => name));
  expect(new Set(names)).toEqual(new Set(['bdSeq', 'Node Control/Rebirth', 'batch/count', 'filler/speed', undefined]));
});

it('runs beside JSON topics on a connection of its own', async () => {
  await start({ format: 'both' });
  await waitFor(() => broker.clients.length === 2, { what: 'two connections' });
  expect(broker.clients.map(({ connect }) => connect.clientId).sort()).toEqual([
    'test site-gateway-outlet',
    'test site-gateway-outlet-spb',
  ]);
  const node = broker.clients.find(({ connect }) => connect.clientId.endsWith('-spb'))!;
  await waitFor(() => node.packets.some(({ cmd }) => cmd === 'publish'), { what: 'births' });
  await waitFor(() => outlet.status().connected, { what: 'both connections' });
  expect(outlet.status()).toMatchObject({
    clientId: 'test site-gateway-outlet',
    sparkplug: { clientId: 'test site-gateway-outlet-spb', session: 'live' },
  });
  await waitFor(() => (outlet.status().sparkplug as { recent: object[] }).recent.length > 0, { what: 'what it told' });
  expect((outlet.status().sparkplug as { recent: object[] }).recent).toContainEqual(
    expect.objectContaining({ topic: expect.stringMatching(/^spBv1\.0\//) as string }),
  );
  expect(outlet.health()).toEqual({ state: 'Healthy' });
  const outlets = outlet.metrics!().map(({ labels }) => labels?.outlet);
  expect(new Set(outlets)).toEqual(new Set(['mqtt', 'mqtt-spb']));
  expect(await outlet.request!('purge', {}, testOrigin({ correlationId: '1' }))).toEqual({
    purged: expect.any(Number) as number,
  });
});

it('tells again as history what a connection that broke may have swallowed, and nothing that the broker is known to have', async () => {
  const questions = (): number => broker.clients[0].packets.filter(({ cmd }) => cmd === 'unsubscribe').length;
  const told = (value: number): boolean =>
    sentBy(broker.clients[0]).some(({ payload }) => payload.metrics.some((metric) => metric.value === value));
  await start();
  await born();
  const before = questions();
  context.tags.set('filler/speed', 2.5);
  await waitFor(() => told(2.5) && questions() > before, { what: 'the question whether it arrived' });
  broker.script.answersUnsubscribe = false;
  const answered = questions();
  context.tags.set('filler/speed', 3.5);
  // It is asked once more only when the question before was answered.
  await waitFor(() => told(3.5) && questions() > answered, { what: 'the next question' });
  broker.cut();
  await born(2);
  const history = (): unknown[] =>
    sentBy(broker.clients[1]).flatMap(({ payload }) =>
      payload.metrics.filter(({ isHistorical }) => isHistorical).map(({ value }) => value),
    );
  await waitFor(() => history().length > 0, { what: 'history' });
  expect(history()).toEqual([3.5]);
});

it('tells only the newest value where the plant wants some time between two', async () => {
  await start({ publish: { minIntervalMs: 150 } });
  await born();
  for (const value of [5.5, 6.5, 7.5]) context.tags.set('filler/speed', value);
  await waitFor(() => types().includes('DDATA'), { what: 'data' });
  const values = sent().flatMap(({ type, payload }) =>
    type === 'DDATA' ? payload.metrics.map(({ value }) => value) : [],
  );
  expect(values).toEqual([7.5]);
  expect(outlet.status().conflated).toBeGreaterThanOrEqual(2);
});

it('has the tags of a service below it, as long as it works', async () => {
  const own = { driverId: null, deviceId: null } as const;
  const state = '_system/services/internal-tags/state';
  const isOwn = ({ device }: Sent): boolean => device === 'internal-tags';
  await start();
  await born();
  context.tags.define(
    memoryTag(state, { ...own, type: { scalar: 'string' } }),
    memoryTag('batch/own', { ...own, serviceId: 'internal-tags' }),
  );
  context.tags.set(state, 'Healthy');
  context.tags.set('batch/own', 3);
  await waitFor(() => sent().some(isOwn), { what: 'its birth' });
  const [birth] = sent().filter(isOwn);
  expect([birth.type, birth.payload.metrics.map(({ name }) => name)]).toEqual(['DBIRTH', ['batch/own']]);
  context.tags.set(state, 'Faulted');
  await waitFor(() => sent().filter(isOwn).at(-1)?.type === 'DDEATH', { what: 'its death' });
});

it('does not bear a device that the gateway does not reach, until it does', async () => {
  const capperState = '_system/devices/line/capper/state';
  const isCapper = ({ type, device }: Sent): boolean => type === 'DBIRTH' && device === 'line:capper';
  await start();
  await born();
  context.tags.define(
    memoryTag(capperState, { type: { scalar: 'string' }, driverId: null, deviceId: null }),
    memoryTag('capper/torque', { driverId: 'line', deviceId: 'capper' }),
  );
  context.tags.set(capperState, 'unreachable');
  context.tags.set('filler/speed', 2.5);
  await waitFor(() => types().includes('DDATA'), { what: 'data of the other device' });
  expect(sent().some(isCapper)).toBe(false);
  context.tags.set(capperState, 'connected');
  await waitFor(() => sent().some(isCapper), { what: 'its birth' });
});

it('does not connect while the disk does not take the number of the connection', async () => {
  const storage = new MemoryStorage();
  storage.full = true;
  await start({}, storage);
  await waitFor(() => String(outlet.status().problem).includes('the disk is full'), { what: 'the reason' });
  expect(broker.clients).toEqual([]);
  storage.full = false;
  await born();
});
