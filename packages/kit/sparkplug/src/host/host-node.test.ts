import { statusCodes } from '@fieldwarden/core';
import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, expect, it } from 'vitest';
import type { EdgeAction } from '../edge/edge-actions.js';
import { EdgeNode } from '../edge/edge-node.js';
import { decodeIndependently } from '../testing/independent-decoder.js';
import { plant } from '../testing/recorded-node.js';
import { encodeForeign } from '../testing/foreign-codec.js';
import { decodeState } from '../state-message.js';
import type { HostEvent } from './host-events.js';
import { HostNode } from './host-node.js';
import { hostPresence } from './host-presence.js';

let clock: FakeClock;
let host: HostNode;
let edge: EdgeNode;
const values = new Map<number, number | string>();

beforeEach(() => {
  clock = new FakeClock({ wallMs: 1_700_000_000_000 });
  host = new HostNode({ group: 'plant', node: 'gateway', clock });
  values.clear();
  edge = new EdgeNode({
    group: 'plant',
    node: 'gateway',
    primaryHost: null,
    aliases: true,
    commands: true,
    lastBdSeq: undefined,
    definitions: plant,
    current: (handle) => {
      const value = values.get(handle) ?? null;
      const status = value === null ? statusCodes.BadTimeout : statusCodes.Good;
      return { value, status, sourceAtMs: 1000, serverAtMs: 1000 };
    },
    clock,
  });
});

function hear(actions: readonly EdgeAction[]): HostEvent[] {
  return actions.flatMap((action) =>
    action.type === 'publish' ? host.message(action.topic, action.payload, false) : [],
  );
}

function births(): HostEvent[] {
  edge.connect();
  edge.connected();
  return hear(edge.subscribed());
}

function change(handle: number, value: number | string): EdgeAction[] {
  values.set(handle, value);
  return edge.changed({ count: 1, handle: () => handle, value: () => value, status: () => 0, sourceAtMs: () => 2000 });
}

const kinds = (events: readonly HostEvent[]): string[] => events.map(({ type }) => type);

it('asks for births when it comes, and learns names, types and values from them', () => {
  const [ask] = host.connected();
  expect(ask).toMatchObject({ type: 'ask-for-rebirth', topic: 'spBv1.0/plant/NCMD/gateway' });
  const { metrics } = decodeIndependently((ask as { payload: Uint8Array }).payload);
  expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', value: true, datatype: 11n }]);
  values.set(2, 1.5);
  const events = births();
  expect(events.map((event) => [event.type, 'device' in event ? event.device : ''])).toEqual([
    ['birth', undefined],
    ['birth', 'line:filler'],
    ['birth', 'line:capper'],
  ]);
  expect(events[1]).toMatchObject({
    metrics: expect.arrayContaining([
      expect.objectContaining({ name: 'filler/speed', value: 1.5, quality: 'good', sourceAtMs: 1000 }),
      expect.objectContaining({ name: 'filler/setpoint', value: null, quality: 'bad' }),
    ]) as unknown,
  });
});

it('reads data by the types of the births; a quality holds until another is told', () => {
  host.connected();
  births();
  expect(hear(change(4, 4_000_000_000))).toMatchObject([
    { type: 'data', device: 'line:filler', metrics: [{ name: 'filler/parts', value: 4_000_000_000, quality: 'good' }] },
  ]);
  expect(hear(change(4, 5))).toMatchObject([{ metrics: [{ value: 5, quality: 'good' }] }]);
});

it('asks again when a message is missing, once until the pause is over', async () => {
  host.connected();
  births();
  change(4, 1);
  expect(kinds(hear(change(4, 2)))).toEqual(['data']);
  expect(host.dueAtMs).toBe(5000);
  change(4, 3);
  hear(change(4, 4));
  await clock.advance(5000);
  expect(host.tick()).toMatchObject([
    { type: 'ask-for-rebirth', reason: expect.stringContaining('seq 4 instead of 3') as string },
  ]);
  births();
  expect(host.dueAtMs).toBe(undefined);
});

it('asks when data come before births, of node or device, or hold what no birth named, and ever more rarely while nobody answers', async () => {
  host.connected();
  const data = encodeForeign({ timestamp: '1', seq: '0', metrics: [{ alias: '99', int_value: 1 }] });
  host.message('spBv1.0/plant/NDATA/gateway', data, false);
  const asked: number[] = [];
  for (let ms = 0; ms < 200_000; ms += 1000) {
    await clock.advance(1000);
    if (host.tick().length > 0) {
      asked.push(clock.monotonicMs());
      host.message('spBv1.0/plant/NDATA/gateway', data, false);
    }
  }
  expect(asked).toEqual([5000, 15_000, 35_000, 75_000, 135_000, 195_000]);
  const fresh = new HostNode({ group: 'plant', node: 'gateway', clock });
  host = fresh;
  fresh.connected();
  births();
  await clock.advance(5000);
  const unknown = encodeForeign({ timestamp: '1', seq: '3', metrics: [{ alias: '99', int_value: 1 }] });
  expect(kinds(fresh.message('spBv1.0/plant/DDATA/gateway/line:filler', unknown, false))).toEqual([
    'data',
    'ask-for-rebirth',
  ]);
  await clock.advance(5000);
  const unborn = encodeForeign({ timestamp: '1', seq: '4', metrics: [] });
  expect(kinds(fresh.message('spBv1.0/plant/DDATA/gateway/line:other', unborn, false))).toEqual(['ask-for-rebirth']);
});

it('takes a death for the present session only', () => {
  host.connected();
  const [, will] = edge.connect();
  edge.connected();
  hear(edge.subscribed());
  const death = will.type === 'open' ? will.will.payload : new Uint8Array();
  edge.disconnected();
  births();
  expect(host.message('spBv1.0/plant/NDEATH/gateway', death, false)).toEqual([]);
  expect(host.isOnline).toBe(true);
  expect(hear(edge.stop())).toMatchObject([{ type: 'death', device: undefined }]);
  expect(host.isOnline).toBe(false);
});

it('hears of devices that go and come, and loses all with the connection', () => {
  host.connected();
  births();
  expect(hear(edge.deviceOnline('line:filler', false))).toMatchObject([{ type: 'death', device: 'line:filler' }]);
  expect(hear(edge.deviceOnline('line:filler', true))).toMatchObject([{ type: 'birth', device: 'line:filler' }]);
  expect(host.disconnected()).toMatchObject([{ type: 'death', device: undefined }]);
  expect(host.disconnected()).toEqual([]);
});

it('does not mind what is not for it, what is retained, and what is no payload', () => {
  host.connected();
  const bytes = encodeForeign({ seq: '0', metrics: [{ name: 'a', datatype: 3, int_value: 1 }] });
  expect(host.message('spBv1.0/plant/NBIRTH/other', bytes, false)).toEqual([]);
  expect(host.message('spBv1.0/plant/NBIRTH/gateway', bytes, true)).toEqual([]);
  expect(host.message('spBv1.0/plant/NCMD/gateway', bytes, false)).toEqual([]);
  expect(host.message('spBv1.0/plant/NBIRTH/gateway', Buffer.from('nonsense'), false)).toEqual([]);
  expect(host.message('spBv1.0/plant/NBIRTH/gateway', bytes, false)).toHaveLength(1);
});

it('says of a value that cannot be read what is wrong with it, and reads the others', () => {
  host.connected();
  const bytes = encodeForeign({
    seq: '0',
    metrics: [
      { name: 'a', datatype: 1, int_value: 300 },
      { name: 'b', datatype: 3, int_value: 1 },
    ],
  });
  expect(host.message('spBv1.0/plant/NBIRTH/gateway', bytes, false)).toMatchObject([
    {
      metrics: [
        { value: null, quality: 'bad', problem: expect.stringContaining('300 does not fit it') as string },
        { value: 1 },
      ],
    },
  ]);
});

it('says where it is with the same time in will and birth', () => {
  const { topic, will, birth, death } = hostPresence('scada', 5);
  expect(topic).toBe('spBv1.0/STATE/scada');
  expect([decodeState(will), decodeState(birth), decodeState(death(9))]).toEqual([
    { isOnline: false, timestampMs: 5 },
    { isOnline: true, timestampMs: 5 },
    { isOnline: false, timestampMs: 9 },
  ]);
});

it('forgets what a new birth of a device does not name', () => {
  host.connected();
  const birth = (seq: number, ...aliases: number[]) =>
    encodeForeign({
      seq: String(seq),
      metrics: aliases.map((alias) => ({ name: `m${alias}`, alias: String(alias), datatype: 3, int_value: 1 })),
    });
  host.message('spBv1.0/plant/NBIRTH/gateway', birth(0), false);
  host.message('spBv1.0/plant/DBIRTH/gateway/d', birth(1, 1, 2), false);
  host.message('spBv1.0/plant/DBIRTH/gateway/d', birth(2, 2), false);
  const data = encodeForeign({
    seq: '3',
    metrics: [
      { alias: '1', int_value: 5 },
      { alias: '2', int_value: 6 },
    ],
  });
  expect(host.message('spBv1.0/plant/DDATA/gateway/d', data, false)[0]).toMatchObject({
    metrics: [{ name: 'm2', value: 6 }],
  });
});
