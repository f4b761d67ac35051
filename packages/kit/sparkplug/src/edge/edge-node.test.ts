import { statusCodes } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCommand, type CommandedMetric } from '../host/command.js';
import { sparkplugTypes } from '../payload/data-types.js';
import { encodeState } from '../state-message.js';
import { metric, plant, RecordedNode, startMs } from '../testing/recorded-node.js';

const ncmd = 'spBv1.0/plant/NCMD/gateway';
const dcmd = 'spBv1.0/plant/DCMD/gateway/line:filler';

function command(...metrics: Partial<CommandedMetric>[]): Uint8Array {
  const whole = metrics.map((given) => ({
    name: 'filler/setpoint',
    alias: undefined,
    type: sparkplugTypes.Float,
    value: 1.5,
    ...given,
  }));
  return encodeCommand(whole, startMs);
}

const rebirth = command({ name: 'Node Control/Rebirth', type: sparkplugTypes.Boolean, value: true });

function born(options?: ConstructorParameters<typeof RecordedNode>[1]): RecordedNode {
  const node = new RecordedNode(plant, options);
  for (const handle of [1, 2, 3, 4, 5]) node.set(handle, handle);
  node.set(6, 'name');
  node.connect();
  node.seen.length = 0;
  return node;
}

describe('bdSeq', () => {
  it('is used again when no CONNECT carried it, and is one more after each that did, refused ones too', () => {
    const node = new RecordedNode(plant, { lastBdSeq: 7 });
    node.do(node.node.connect());
    node.node.disconnected();
    node.do(node.node.connect());
    node.node.connectSent();
    node.node.disconnected();
    node.do(node.node.connect());
    expect(node.seen.map((seen) => (seen.type === 'keep' ? seen.bdSeq : seen.type))).toEqual([
      8,
      'connect',
      8,
      'connect',
      9,
      'connect',
    ]);
  });

  it('begins with 0, and goes from 255 to 0', () => {
    expect(new RecordedNode(plant).node.connect()[0]).toMatchObject({ bdSeq: 0 });
    expect(new RecordedNode(plant, { lastBdSeq: 255 }).node.connect()[0]).toMatchObject({ bdSeq: 0 });
  });
});

describe('commands', () => {
  it('write by name or alias, in the type of the tag or another that fits', () => {
    const node = born();
    const alias = 3;
    node.do(node.node.message(dcmd, command({ value: 2.5 }), false));
    node.do(node.node.message(dcmd, command({ alias, value: 3.5 }), false));
    node.do(node.node.message(dcmd, command({ type: sparkplugTypes.Int64, value: 4n }), false));
    const write = { type: 'write', handle: 3, name: 'filler/setpoint' };
    expect(node.seen).toEqual([2.5, 3.5, 4].map((value) => ({ ...write, value })));
  });

  it.each([
    ['a value that does not fit', command({ type: sparkplugTypes.Double, value: 1e300 }), 'does not fit float32'],
    ['a metric that is not there', command({ name: 'filler/none' }), 'there is no such metric'],
    [
      'a metric of another device',
      command({ name: 'capper/torque', type: sparkplugTypes.Double }),
      'there is no such metric',
    ],
    ['an alias of another device', command({ alias: 5 }), 'there is no such metric'],
    ['a read-only tag', command({ name: 'filler/speed', type: sparkplugTypes.Double }), 'the tag is read-only'],
    [
      'a rebirth for a device',
      command({ name: 'Node Control/Rebirth', type: sparkplugTypes.Boolean, value: true }),
      'its value is not true',
    ],
    ['bytes that are no payload', Buffer.from('{"v":1}'), 'No Sparkplug payload'],
  ])('refuse %s', (_what, payload, reason) => {
    const node = born();
    node.do(node.node.message(dcmd, payload, false));
    expect(node.seen).toEqual([
      expect.objectContaining({ type: 'refuse', reason: expect.stringContaining(reason) as string }),
    ]);
  });

  it('that the broker retained or delivers twice write nothing', () => {
    const node = born();
    node.do(node.node.message(dcmd, command({}), true));
    node.do(node.node.message(dcmd, command({}), false));
    node.do(node.node.message(dcmd, command({}), false));
    expect(node.seen.map(({ type }) => type)).toEqual(['refuse', 'write', 'refuse']);
  });

  it('write nothing where the plant does not allow them, and are not subscribed; a rebirth still is', () => {
    const node = new RecordedNode(plant, { commands: false });
    node.connect();
    expect(node.seen.find(({ type }) => type === 'subscribe')).toEqual({ type: 'subscribe', topics: [ncmd] });
    node.do(node.node.message(dcmd, command({}), false));
    expect(node.seen.at(-1)).toMatchObject({ type: 'refuse', reason: 'commands are off (mqtt.commands)' });
    node.do(node.node.message(ncmd, rebirth, false));
    expect(node.messages.at(-3)).toMatchObject({ messageType: 'NBIRTH' });
  });

  it('for other nodes and topics of others change nothing', () => {
    const node = born();
    for (const topic of ['spBv1.0/plant/NCMD/other', 'spBv1.0/else/NCMD/gateway', 'spBv1.0/plant/NDATA/gateway', 'a']) {
      node.do(node.node.message(topic, rebirth, false));
    }
    expect(node.seen).toEqual([]);
  });
});

describe('rebirth', () => {
  it('is answered at once, then once in 5 s, the last request for certain; what changes meanwhile is kept', async () => {
    const node = born();
    node.do(node.node.message(ncmd, rebirth, false));
    expect(node.messages).toHaveLength(3);
    await node.clock.advance(1000);
    for (let i = 0; i < 10; i++) node.do(node.node.message(ncmd, rebirth, false));
    node.setAndChange(2, 9);
    expect(node.messages).toHaveLength(3);
    expect(node.stored).toHaveLength(1);
    expect(node.node.dueAtMs).toBe(5000);
    await node.clock.advance(3999);
    node.do(node.node.tick());
    expect(node.messages).toHaveLength(3);
    await node.clock.advance(1);
    node.do(node.node.tick());
    expect(node.messages).toHaveLength(6);
    expect(node.node.dueAtMs).toBe(undefined);
  });
});

describe('store and forward', () => {
  it('keeps what happened without a connection and tells it as history after the births, also after a restart', () => {
    const before = new RecordedNode(plant);
    before.setAndChange(2, 1.5, statusCodes.Good, startMs - 50);
    before.set(6, 'x', statusCodes.UncertainLastUsableValue, startMs - 40);
    before.change(6);
    before.setAndChange(1, null, statusCodes.BadTimeout, startMs - 30);
    expect(before.stored.map(({ device, metricCount }) => [device, metricCount])).toEqual([
      ['line:filler', 1],
      ['line:capper', 1],
      [undefined, 1],
    ]);

    // Another order of tags gives other aliases.
    const after = new RecordedNode({ metrics: plant.metrics, devices: [...plant.devices].reverse() });
    after.connect();
    expect(after.node.replay(undefined, before.stored[2].payload)).toHaveLength(1);
    for (const { device, payload } of before.stored) after.do(after.node.replay(device, payload));
    const [filler, capper, node] = after.messages.slice(3);
    const aliasOf = (name: string): unknown =>
      after.messages.flatMap(({ payload }) => payload.metrics).find((born) => born.name === name)!.alias;
    expect(filler).toMatchObject({ topic: 'spBv1.0/plant/DDATA/gateway/line:filler' });
    expect(filler.payload.metrics).toMatchObject([
      {
        alias: aliasOf('filler/speed'),
        isHistorical: true,
        value: 1.5,
        timestamp: BigInt(startMs - 50),
        name: undefined,
      },
    ]);
    expect(capper.payload.metrics).toMatchObject([{ value: 'x', properties: [{ key: 'Quality', intValue: 500n }] }]);
    expect(node.payload.metrics).toMatchObject([{ isNull: true, properties: [{ intValue: 0n }], isHistorical: true }]);
  });

  it('waits for a device that is offline, and gives up one that is gone, or a metric that has another type', () => {
    const node = new RecordedNode(plant);
    node.setAndChange(2, 1.5);
    const [{ payload }] = node.stored;
    expect(node.node.replayable('line:filler')).toBe('later');
    node.connect();
    expect(node.node.replayable('line:filler')).toBe('now');
    node.do(node.node.deviceOnline('line:filler', false));
    expect(node.node.replayable('line:filler')).toBe('later');
    expect(node.node.replay('line:filler', payload)).toEqual([]);
    const other = { ...plant, devices: [{ id: 'line:filler', metrics: [metric(2, 'filler/speed', 'int32')] }] };
    node.do(node.node.redefine(other));
    node.do(node.node.deviceOnline('line:filler', true));
    expect(node.node.replay('line:filler', payload)).toEqual([]);
    expect(node.node.unknownHistory).toBe(1);
    expect(node.node.replayable('line:capper')).toBe('never');
    expect(() => node.node.replay('line:filler', Buffer.from('torn'))).toThrow('No Sparkplug payload');
  });

  it('keeps nothing of a device that is offline: its death said so', () => {
    const node = new RecordedNode(plant);
    node.do(node.node.deviceOnline('line:filler', false));
    node.setAndChange(2, null, statusCodes.BadNoCommunication);
    node.connect();
    expect(node.stored).toEqual([]);
    expect(node.messages.map(({ device }) => device)).toEqual([undefined, 'line:capper']);
  });
});

describe('a primary host', () => {
  it('of version 2.2 speaks in plain text, and is not believed once it spoke 3.0', () => {
    const node = new RecordedNode(plant, { primaryHost: 'scada' });
    node.connect();
    node.do(node.node.message('STATE/scada', Buffer.from('OFFLINE'), true));
    expect(node.messages).toEqual([]);
    node.do(node.node.message('STATE/scada', Buffer.from('ONLINE'), false));
    expect(node.messages).toHaveLength(3);
    node.do(node.node.message('spBv1.0/STATE/scada', encodeState({ isOnline: true, timestampMs: 5 }), true));
    node.do(node.node.message('STATE/scada', Buffer.from('OFFLINE'), false));
    expect(node.node.isLive).toBe(true);
  });

  it.each([
    '{"online":"true","timestamp":5}',
    '{"online":true,"timestamp":"5"}',
    'true',
    'null',
    '',
    'ONLINE',
    '{"online":true',
  ])('that says %s says nothing', (text) => {
    const node = new RecordedNode(plant, { primaryHost: 'scada' });
    node.connect();
    node.do(node.node.message('spBv1.0/STATE/scada', Buffer.from(text), true));
    expect(node.messages).toEqual([]);
  });

  it('may say so before the subscriptions are granted', () => {
    const node = new RecordedNode(plant, { primaryHost: 'scada' });
    node.do(node.node.connect());
    node.do(node.node.connected());
    node.do(node.node.message('spBv1.0/STATE/scada', encodeState({ isOnline: true, timestampMs: 5 }), true));
    expect(node.messages).toEqual([]);
    node.do(node.node.subscribed());
    expect(node.messages).toHaveLength(3);
  });

  it('that is away lets nothing be told, and everything be kept', () => {
    const node = new RecordedNode(plant, { primaryHost: 'scada' });
    node.connect();
    node.setAndChange(2, 1.5);
    expect(node.stored).toHaveLength(1);
    node.do(node.node.stop());
    // Never born, never died.
    expect(node.seen.at(-1)).toEqual({ type: 'close', reason: 'stop' });
    expect(node.messages).toEqual([]);
  });
});

describe('a plant that changes', () => {
  it('bears again the devices whose metrics changed, lets those die that are gone, subscribes for those that take commands', () => {
    const node = born();
    const [filler] = plant.devices;
    node.do(
      node.node.redefine({
        metrics: plant.metrics,
        devices: [
          { id: filler.id, metrics: [...filler.metrics, metric(7, 'filler/level', 'int16')] },
          { id: 'line:labeller', metrics: [metric(8, 'labeller/on', 'bool', true)] },
        ],
      }),
    );
    expect(node.seen[0]).toEqual({ type: 'subscribe', topics: ['spBv1.0/plant/DCMD/gateway/line:labeller'] });
    expect(node.messages.map(({ messageType, device, payload }) => [messageType, device, payload.seq])).toEqual([
      ['DDEATH', 'line:capper', 3n],
      ['DBIRTH', 'line:filler', 4n],
      ['DBIRTH', 'line:labeller', 5n],
    ]);
  });

  it('does not bear a new device that is known to be offline', () => {
    const node = born();
    const labeller = { id: 'line:labeller', isOnline: false, metrics: [metric(8, 'labeller/on', 'bool')] };
    node.do(node.node.redefine({ ...plant, devices: [...plant.devices, labeller] }));
    expect(node.messages).toEqual([]);
    node.do(node.node.deviceOnline('line:labeller', true));
    expect(node.messages).toMatchObject([{ messageType: 'DBIRTH', device: 'line:labeller' }]);
  });

  it('gives no alias to another metric', () => {
    const node = born();
    node.do(
      node.node.redefine({
        metrics: [],
        devices: [{ id: 'line:other', metrics: [metric(2, 'filler/speed', 'float64')] }],
      }),
    );
    const [, birth] = node.messages.slice(-2);
    expect(birth.payload.metrics).toMatchObject([{ name: 'filler/speed', alias: 7n }]);
  });

  it('begins anew where metrics of the node changed, and does nothing where nothing did', () => {
    const node = born();
    node.do(node.node.redefine(structuredClone(plant)));
    expect(node.seen).toEqual([]);
    node.do(node.node.redefine({ ...plant, metrics: [] }));
    expect(node.messages.map(({ messageType }) => messageType)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH']);
  });
});

describe('a broker with a small packet limit', () => {
  it('gets changes in several messages, and says of a birth that it is too large', () => {
    const many = {
      metrics: [],
      devices: [{ id: 'd:d', metrics: Array.from({ length: 100 }, (_, i) => metric(i, `t/${i}`, 'float64')) }],
    };
    const node = new RecordedNode(many);
    for (let i = 0; i < 100; i++) node.set(i, i);
    node.connect(6000);
    node.seen.length = 0;
    const rows = Array.from({ length: 1000 }, (_, i) => i % 100);
    node.change(...rows);
    expect(node.messages.length).toBeGreaterThan(2);
    expect(node.messages.flatMap(({ payload }) => payload.metrics.map(({ value }) => value)).sort()).toEqual(
      rows.sort(),
    );
    const small = new RecordedNode(many);
    small.connect(1000);
    expect(small.seen.slice(-1)).toEqual([expect.objectContaining({ type: 'birth-too-large', device: 'd:d' })]);
    small.setAndChange(1, 1);
    expect(small.messages).toHaveLength(1);
    const smallest = new RecordedNode(many);
    smallest.connect(50);
    expect(smallest.node.state).toEqual({ kind: 'waiting' });
  });

  it('gets null and Bad for a value that fills a message by itself, and the others whole', () => {
    const node = born();
    node.do(node.node.connected(400));
    node.do(node.node.subscribed());
    node.seen.length = 0;
    node.set(6, 'x'.repeat(1000));
    node.set(5, 2.5);
    node.change(6, 5);
    const metrics = node.messages.flatMap(({ payload }) => payload.metrics);
    expect(metrics).toMatchObject([{ isNull: true, properties: [{ intValue: 0n }] }, { value: 2.5 }]);
  });
});

type Step =
  | 'connect'
  | 'disconnect'
  | 'change'
  | 'offline'
  | 'online'
  | 'rebirth'
  | 'hostOnline'
  | 'hostOffline'
  | 'wait'
  | 'redefine'
  | 'stop';

it('keeps its promises whatever happens in whatever order', async () => {
  const steps = fc.array(
    fc.constantFrom<Step>(
      'connect',
      'disconnect',
      'change',
      'change',
      'offline',
      'online',
      'rebirth',
      'hostOnline',
      'hostOffline',
      'wait',
      'redefine',
      'stop',
    ),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (all, hasHost) => {
      const node = new RecordedNode(plant, { primaryHost: hasHost ? 'scada' : null });
      const state = (isOnline: boolean): Uint8Array => encodeState({ isOnline, timestampMs: 5 });
      let isConnected = false;
      let isStopped = false;
      for (const step of all) {
        if (step === 'connect' && !isConnected && !isStopped) {
          node.connect();
          isConnected = true;
        } else if (step === 'disconnect' && isConnected) {
          node.node.disconnected();
          isConnected = false;
        } else if (step === 'change') node.setAndChange(2, node.seen.length);
        else if (step === 'offline' || step === 'online')
          node.do(node.node.deviceOnline('line:filler', step === 'online'));
        else if (step === 'wait') {
          await node.clock.advance(2500);
          node.do(node.node.tick());
        } else if (step === 'redefine')
          node.do(node.node.redefine(node.seen.length % 2 ? plant : { ...plant, devices: [plant.devices[0]] }));
        else if (step === 'stop') {
          node.do(node.node.stop());
          isStopped = true;
        } else if (isConnected && step === 'rebirth') node.do(node.node.message(ncmd, rebirth, false));
        else if (isConnected && step === 'hostOnline')
          node.do(node.node.message('spBv1.0/STATE/scada', state(true), false));
        else if (isConnected && step === 'hostOffline')
          node.do(node.node.message('spBv1.0/STATE/scada', state(false), false));
      }
      expectSound(node);
    }),
    { numRuns: 300 },
  );
});

/** seq without holes, nothing but births after an NBIRTH until all are out, data only of what is born, nothing after an end. */
function expectSound(node: RecordedNode): void {
  let next: bigint | undefined;
  let bornNow = new Set<string | undefined>();
  for (const seen of node.seen) {
    if (seen.type === 'connect') {
      next = undefined;
      bornNow = new Set();
    }
    if (seen.type !== 'message') continue;
    const { messageType, device, payload } = seen;
    if (messageType === 'NDEATH') {
      expect(bornNow.has(undefined)).toBe(true);
      bornNow = new Set();
      continue;
    }
    if (messageType === 'NBIRTH') {
      bornNow = new Set([undefined]);
      next = 0n;
    }
    expect(payload.seq).toBe(next);
    next = (next! + 1n) % 256n;
    if (messageType === 'DBIRTH') bornNow.add(device);
    else expect(bornNow.has(device)).toBe(true);
    if (messageType === 'DDEATH') bornNow.delete(device);
  }
}
