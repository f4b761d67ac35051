import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../host/command.js';
import { encodeState } from '../state-message.js';
import { topicLevelProblem } from '../topics.js';
import { sparkplugTypes } from '../payload/data-types.js';
import { notApplicable, wireRules } from '../testing/checklist.js';
import type { SeenMetric } from '../testing/independent-decoder.js';
import { plant, RecordedNode, startMs, type Seen, type SeenMessage } from '../testing/recorded-node.js';

/*
 * The rules that the Sparkplug compatibility kit asks of an edge node, by their ids (tck-id-…), judged by a decoder that shares nothing
 * with the codec. `testing/checklist.ts` says which are proven on the wire, and which say nothing about this node.
 */

const rebirth = encodeCommand(
  [{ name: 'Node Control/Rebirth', alias: undefined, type: sparkplugTypes.Boolean, value: true }],
  startMs,
);

/** A life with everything in it: two connections, data over the wrap of seq, a device that goes and comes, a rebirth, an intended end. */
async function aLife(aliases: boolean): Promise<RecordedNode> {
  const node = new RecordedNode(plant, { aliases, lastBdSeq: 254 });
  node.set(1, 5);
  node.set(2, 1.5, statusCodes.Good, startMs + 20);
  node.set(3, 2.5, statusCodes.Good, startMs + 10);
  node.set(5, null, statusCodes.BadTimeout);
  node.set(6, 'Füller');
  await node.clock.advance(100);
  node.connect();
  for (let i = 0; i < 300; i++) {
    await node.clock.advance(10);
    node.set(2, i);
    node.set(4, i * 10_000_000);
    node.set(
      3,
      null,
      i % 3 === 0 ? statusCodes.BadTimeout : statusCodes.UncertainLastUsableValue,
      node.clock.wallMs() - 5,
    );
    node.change(4, 2, 3);
    if (i % 7 === 0) node.setAndChange(1, i);
  }
  node.do(node.node.deviceOnline('line:capper', false));
  node.setAndChange(5, null, statusCodes.BadNoCommunication);
  node.setAndChange(2, 4.5);
  node.do(node.node.deviceOnline('line:capper', true));
  node.do(node.node.message('spBv1.0/plant/NCMD/gateway', rebirth, false));
  node.setAndChange(2, 5.5);
  node.node.disconnected();
  node.setAndChange(2, 6.5);
  await node.clock.advance(1000);
  node.connect();
  const [stored] = node.stored;
  node.do(node.node.replay(stored.device, stored.payload));
  node.setAndChange(2, 7.5);
  node.do(node.node.stop());
  return node;
}

const life = await aLife(true);
const namedLife = await aLife(false);

/** The messages of each connection. */
function sessions(node: RecordedNode): Seen[][] {
  const all: Seen[][] = [];
  for (const seen of node.seen) {
    if (seen.type === 'connect') all.push([]);
    all.at(-1)?.push(seen);
  }
  return all;
}

const isMessage = (seen: Seen): seen is SeenMessage => seen.type === 'message';

function of(...types: string[]): SeenMessage[] {
  const found = [...life.messages, ...namedLife.messages].filter((message) => types.includes(message.messageType));
  expect(found.length, `there are messages of ${types.join()}`).toBeGreaterThan(0);
  return found;
}

function metricsOf(...types: string[]): SeenMetric[] {
  return of(...types).flatMap((message) => message.payload.metrics);
}

function each<T>(things: readonly T[], check: (thing: T) => void): void {
  expect(things.length).toBeGreaterThan(0);
  for (const thing of things) check(thing);
}

const tagsOf = (metrics: readonly SeenMetric[]): SeenMetric[] =>
  metrics.filter(({ name }) => name !== 'bdSeq' && name !== 'Node Control/Rebirth');

const ofNode = (node: RecordedNode, metric: string): SeenMetric =>
  node.messages[0].payload.metrics.find(({ name }) => name === metric)!;

const topicIs = (type: string) => (): void =>
  each(of(type), ({ topic }) => expect(topic).toBe(`spBv1.0/plant/${type}/gateway`));
const deviceTopicIs = (type: string) => (): void =>
  each(of(type), ({ topic }) =>
    expect(topic).toMatch(new RegExp(`^spBv1\\.0/plant/${type}/gateway/line:(filler|capper)$`)),
  );
const hasSendingTime = (type: string) => (): void =>
  each(of(type), ({ payload, sentAtMs }) => expect(payload.timestamp).toBe(BigInt(sentAtMs)));
const hasSeqInRange = (type: string) => (): void =>
  each(of(type), ({ payload: { seq } }) => expect(seq !== undefined && seq >= 0n && seq <= 255n).toBe(true));

function seqGrows(): void {
  for (const session of [...sessions(life), ...sessions(namedLife)]) {
    let last: bigint | undefined;
    for (const { messageType, payload } of session.filter(isMessage)) {
      if (messageType === 'NDEATH') continue;
      expect(payload.seq).toBe(messageType === 'NBIRTH' ? 0n : (last! + 1n) % 256n);
      last = payload.seq;
    }
  }
  expect(life.messages.filter(({ payload }) => payload.seq === 255n)).not.toEqual([]);
}

function birthsBeforeData(): void {
  for (const session of sessions(life)) {
    const types = session.filter(isMessage).map(({ messageType }) => messageType);
    expect(types.slice(0, 3)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH']);
  }
}

function bdSeqAgrees(): void {
  for (const session of sessions(life)) {
    const [will] = session;
    const expected = will.type === 'connect' ? will.payload.metrics[0].value : undefined;
    expect(expected).toBeTypeOf('bigint');
    const told = session
      .filter(isMessage)
      .filter(({ messageType }) => messageType === 'NBIRTH' || messageType === 'NDEATH')
      .map(({ payload }) => payload.metrics.find(({ name }) => name === 'bdSeq'));
    each(told, (metric) => expect(metric?.value).toBe(expected));
  }
}

function bdSeqGrows(): void {
  const wills = life.seen.filter((seen) => seen.type === 'connect');
  expect(wills.map(({ payload }) => payload.metrics[0].value)).toEqual([255n, 0n]);
  expect(wills.map(({ payload }) => payload.metrics[0].datatype)).toEqual([4n, 4n]);
  // On the disk before each CONNECT.
  const order = life.seen.filter((seen) => seen.type === 'keep' || seen.type === 'connect').map((seen) => seen.type);
  expect(order).toEqual(['keep', 'connect', 'keep', 'connect']);
}

function valuesInTimeOrder(...types: string[]): void {
  each(of(...types), ({ payload }) => {
    const times = payload.metrics.filter((metric) => !metric.isHistorical).map((metric) => metric.timestamp!);
    expect(times).toEqual([...times].sort((a, b) => Number(a - b)));
  });
}

function nullsHaveNoValue(...types: string[]): void {
  const nulls = metricsOf(...types).filter((metric) => metric.isNull);
  each(nulls, (metric) => expect(metric.valueField).toBe(undefined));
  each(
    metricsOf(...types).filter((metric) => !metric.isNull),
    (metric) => expect(metric.valueField).toBeDefined(),
  );
}

function rebirthHappens(): void {
  const messages = sessions(life)[0].filter(isMessage);
  const second = messages.findIndex(({ messageType }, i) => i > 0 && messageType === 'NBIRTH');
  const births = messages.slice(second, second + 3);
  expect(births.map(({ messageType, device }) => [messageType, device])).toEqual([
    ['NBIRTH', undefined],
    ['DBIRTH', 'line:filler'],
    ['DBIRTH', 'line:capper'],
  ]);
  expect(births[0].payload.seq).toBe(0n);
}

async function nothingBornBefore(state: Uint8Array | undefined, topic = 'spBv1.0/STATE/scada'): Promise<RecordedNode> {
  const node = new RecordedNode(plant, { primaryHost: 'scada' });
  await node.clock.advance(0);
  node.connect();
  if (state) node.do(node.node.message(topic, state, true));
  return node;
}

const online = (timestampMs: number): Uint8Array => encodeState({ isOnline: true, timestampMs });
const offline = (timestampMs: number): Uint8Array => encodeState({ isOnline: false, timestampMs });

async function livingUnderHost(): Promise<RecordedNode> {
  const node = await nothingBornBefore(online(10));
  expect(node.messages).toHaveLength(3);
  return node;
}

async function leavesWhenHostGoes(): Promise<void> {
  const node = await livingUnderHost();
  node.do(node.node.message('spBv1.0/STATE/scada', offline(10), false));
  expect(node.messages.at(-1)).toMatchObject({ messageType: 'NDEATH' });
  expect(node.seen.at(-1)).toEqual({ type: 'close', reason: 'primary-host-offline' });
}

async function waitsAgainOnTheNextConnection(): Promise<void> {
  const node = await livingUnderHost();
  node.do(node.node.message('spBv1.0/STATE/scada', offline(11), false));
  node.node.disconnected();
  node.connect();
  expect(node.messages.at(-1)).toMatchObject({ messageType: 'NDEATH' });
  node.do(node.node.message('spBv1.0/STATE/scada', online(12), true));
  expect(node.messages.slice(-3).map(({ messageType }) => messageType)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH']);
}

function levelsAreUnicode(): void {
  expect(topicLevelProblem('Anlage Süd')).toBe(undefined);
  expect(topicLevelProblem('\ud800')).toBe('is no valid Unicode');
}

function levelsHaveNoReserved(): void {
  expect(topicLevelProblem('line:filler')).toBe(undefined);
  for (const level of ['', 'a/b', 'a+', '#', 'a\0']) expect(topicLevelProblem(level)).toBeTypeOf('string');
}

const rules: Readonly<Record<string, () => void | Promise<void>>> = {
  'intro-group-id-string': levelsAreUnicode,
  'intro-group-id-chars': levelsHaveNoReserved,
  'intro-edge-node-id-string': levelsAreUnicode,
  'intro-edge-node-id-chars': levelsHaveNoReserved,
  'intro-device-id-string': levelsAreUnicode,
  'intro-device-id-chars': levelsHaveNoReserved,
  'topic-structure-namespace-valid-group-id': levelsHaveNoReserved,
  'topic-structure-namespace-valid-edge-node-id': levelsHaveNoReserved,
  'topic-structure-namespace-valid-device-id': levelsHaveNoReserved,
  'principles-rbe-recommended': () => {
    const quiet = new RecordedNode(plant);
    quiet.connect();
    quiet.change();
    expect(quiet.messages).toHaveLength(3);
  },
  'principles-birth-certificates-order': birthsBeforeData,
  'topic-structure': () => each(of('NBIRTH', 'NDATA'), ({ topic }) => expect(topic.split('/')).toHaveLength(4)),
  'topic-structure-namespace-a': () =>
    each(life.messages, ({ topic }) => expect(topic.startsWith('spBv1.0/')).toBe(true)),
  'topic-structure-namespace-unique-device-id': () => {
    const births = sessions(life)[1]
      .filter(isMessage)
      .filter(({ messageType }) => messageType === 'DBIRTH');
    expect(new Set(births.map(({ device }) => device)).size).toBe(births.length);
  },
  'topic-structure-namespace-duplicate-device-id-across-edge-node': () => {
    const other = new RecordedNode(plant, { node: 'other' });
    other.connect();
    expect(other.messages[1].topic).toBe('spBv1.0/plant/DBIRTH/other/line:filler');
  },
  'topic-structure-namespace-device-id-associated-message-types': () =>
    each(of('DBIRTH', 'DDATA', 'DDEATH'), ({ topic }) => expect(topic.split('/')).toHaveLength(5)),
  'topic-structure-namespace-device-id-non-associated-message-types': () =>
    each(of('NBIRTH', 'NDATA', 'NDEATH'), ({ topic }) => expect(topic.split('/')).toHaveLength(4)),
  'topics-nbirth-topic': topicIs('NBIRTH'),
  'topics-nbirth-seq-num': () => each(of('NBIRTH'), ({ payload }) => expect(payload.seq).toBe(0n)),
  'topics-nbirth-timestamp': hasSendingTime('NBIRTH'),
  'topics-nbirth-metric-reqs': () =>
    each(of('NBIRTH'), ({ payload }) =>
      expect(payload.metrics.map(({ name }) => name).sort()).toEqual(['Node Control/Rebirth', 'batch/count', 'bdSeq']),
    ),
  'topics-nbirth-metrics': () =>
    each(metricsOf('NBIRTH'), (metric) => expect([metric.name, metric.datatype]).not.toContain(undefined)),
  'topics-nbirth-bdseq-included': bdSeqAgrees,
  'topics-nbirth-bdseq-matching': bdSeqAgrees,
  'topics-nbirth-bdseq-increment': bdSeqGrows,
  'topics-nbirth-rebirth-metric': () =>
    expect(ofNode(life, 'Node Control/Rebirth')).toMatchObject({ datatype: 11n, value: false, alias: undefined }),
  'topics-ndata-topic': topicIs('NDATA'),
  'topics-ndata-seq-num': seqGrows,
  'topics-ndata-timestamp': hasSendingTime('NDATA'),
  'topics-ndata-payload': () => each(of('NDATA'), ({ payload }) => expect(payload.metrics).toHaveLength(1)),
  'topics-ndeath-topic': topicIs('NDEATH'),
  'topics-ndeath-payload': () =>
    each(of('NDEATH'), ({ payload }) => expect(payload.metrics.map(({ name }) => name)).toEqual(['bdSeq'])),
  'topics-ndeath-seq': () => each(of('NDEATH'), ({ payload }) => expect(payload.seq).toBe(undefined)),
  'topics-dbirth-topic': deviceTopicIs('DBIRTH'),
  'topics-dbirth-seq': seqGrows,
  'topics-dbirth-timestamp': hasSendingTime('DBIRTH'),
  'topics-dbirth-metric-reqs': () => {
    const filler = of('DBIRTH').filter(({ device }) => device === 'line:filler');
    each(filler, ({ payload }) =>
      expect(payload.metrics.map(({ name }) => name).sort()).toEqual([
        'filler/parts',
        'filler/setpoint',
        'filler/speed',
      ]),
    );
  },
  'topics-dbirth-metrics': () =>
    each(metricsOf('DBIRTH'), (metric) => expect([metric.name, metric.datatype]).not.toContain(undefined)),
  'topics-ddata-topic': deviceTopicIs('DDATA'),
  'topics-ddata-seq-num': seqGrows,
  'topics-ddata-timestamp': hasSendingTime('DDATA'),
  'topics-ddata-payload': () => {
    const [first] = life.messages.filter(({ messageType }) => messageType === 'DDATA');
    expect(first.device).toBe('line:filler');
    expect(first.payload.metrics).toHaveLength(3);
  },
  'topics-ddeath-topic': deviceTopicIs('DDEATH'),
  'topics-ddeath-seq-num': seqGrows,
  // Ids of drivers and devices are lower-case letters, digits and '-' (§7.1): nothing is left to differ.
  'case-sensitivity-sparkplug-ids': () => {
    const ids = life.messages.flatMap(({ device }) => device ?? []);
    each(ids, (id) => expect(id).toBe(id.toLowerCase()));
  },
  'case-sensitivity-metric-names': () =>
    each(of('NBIRTH', 'DBIRTH'), ({ payload }) => {
      const names = payload.metrics.map(({ name }) => name!.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
    }),
  'message-flow-edge-node-ncmd-subscribe': () => {
    const session = sessions(life)[0];
    const subscribed = session.findIndex(
      (seen) => seen.type === 'subscribe' && seen.topics.includes('spBv1.0/plant/NCMD/gateway'),
    );
    expect(subscribed).toBeGreaterThan(0);
    expect(subscribed).toBeLessThan(session.findIndex(isMessage));
  },
  'message-flow-edge-node-birth-publish-connect': () =>
    each(sessions(life), ([first]) => expect(first.type).toBe('connect')),
  'message-flow-edge-node-birth-publish-will-message': bdSeqGrows,
  'message-flow-edge-node-birth-publish-will-message-topic': () =>
    each(
      life.seen.filter((seen) => seen.type === 'connect'),
      ({ topic }) => expect(topic).toBe('spBv1.0/plant/NDEATH/gateway'),
    ),
  'message-flow-edge-node-birth-publish-will-message-payload': bdSeqGrows,
  'message-flow-edge-node-birth-publish-will-message-payload-bdSeq': bdSeqGrows,
  'message-flow-edge-node-birth-publish-phid-wait': async () =>
    expect((await nothingBornBefore(undefined)).messages).toEqual([]),
  'message-flow-edge-node-birth-publish-phid-wait-id': async () =>
    expect((await nothingBornBefore(online(10), 'spBv1.0/STATE/other')).messages).toEqual([]),
  'message-flow-edge-node-birth-publish-phid-wait-online': async () => {
    const node = await nothingBornBefore(offline(10));
    expect(node.messages).toEqual([]);
    node.do(node.node.message('spBv1.0/STATE/scada', online(11), false));
    expect(node.messages).toHaveLength(3);
  },
  'message-flow-edge-node-birth-publish-phid-wait-timestamp': async () => {
    const node = await nothingBornBefore(offline(10));
    node.do(node.node.message('spBv1.0/STATE/scada', online(9), false));
    expect(node.messages).toEqual([]);
    node.do(node.node.message('spBv1.0/STATE/scada', online(10), false));
    expect(node.messages).toHaveLength(3);
  },
  'message-flow-edge-node-birth-publish-nbirth-topic': topicIs('NBIRTH'),
  'message-flow-edge-node-birth-publish-nbirth-payload': () =>
    each(of('NBIRTH'), ({ payload }) => expect(payload.metrics.length).toBeGreaterThan(0)),
  'message-flow-edge-node-birth-publish-nbirth-payload-bdSeq': () => {
    bdSeqAgrees();
    expect(ofNode(life, 'bdSeq').datatype).toBe(4n);
  },
  'message-flow-edge-node-birth-publish-nbirth-payload-seq': hasSeqInRange('NBIRTH'),
  'message-flow-edge-node-birth-publish-phid-offline': leavesWhenHostGoes,
  'operational-behavior-edge-node-intentional-disconnect-ndeath': () =>
    expect(life.seen.at(-2)).toMatchObject({ type: 'message', messageType: 'NDEATH' }),
  'operational-behavior-edge-node-intentional-disconnect-packet': () =>
    expect(life.seen.at(-1)).toEqual({ type: 'close', reason: 'stop' }),
  'operational-behavior-edge-node-termination-host-offline': leavesWhenHostGoes,
  'operational-behavior-edge-node-termination-host-offline-reconnect': waitsAgainOnTheNextConnection,
  'operational-behavior-edge-node-termination-host-offline-timestamp': async () => {
    const node = await livingUnderHost();
    node.do(node.node.message('spBv1.0/STATE/scada', offline(9), false));
    expect(node.seen.at(-1)).toMatchObject({ messageType: 'DBIRTH' });
    expect(node.node.isLive).toBe(true);
  },
  'operational-behavior-edge-node-birth-sequence-wait': waitsAgainOnTheNextConnection,
  'operational-behavior-primary-application-state-with-multiple-servers-state-subs': async () => {
    const node = await nothingBornBefore(undefined);
    const topics = node.seen.flatMap((seen) => (seen.type === 'subscribe' ? seen.topics : []));
    expect(topics).toEqual(expect.arrayContaining(['spBv1.0/STATE/scada', 'STATE/scada']));
  },
  'message-flow-device-dcmd-subscribe': () => {
    const topics = life.seen.flatMap((seen) => (seen.type === 'subscribe' ? seen.topics : []));
    expect(topics).toContain('spBv1.0/plant/DCMD/gateway/line:filler');
    expect(topics).not.toContain('spBv1.0/plant/DCMD/gateway/line:capper');
  },
  'message-flow-device-birth-publish-nbirth-wait': birthsBeforeData,
  'message-flow-device-birth-publish-dbirth-topic': deviceTopicIs('DBIRTH'),
  'message-flow-device-birth-publish-dbirth-match-edge-node-topic': deviceTopicIs('DBIRTH'),
  'message-flow-device-birth-publish-dbirth-payload': () =>
    each(of('DBIRTH'), ({ payload }) => expect(payload.metrics.length).toBeGreaterThan(0)),
  'message-flow-device-birth-publish-dbirth-payload-seq': () => {
    seqGrows();
    hasSeqInRange('DBIRTH')();
  },
  'operational-behavior-device-ddeath': () => {
    const types = life.messages.filter(({ device }) => device === 'line:capper').map(({ messageType }) => messageType);
    // The change of the offline device is told by its death, not by data.
    expect(types.slice(0, 3)).toEqual(['DBIRTH', 'DDEATH', 'DBIRTH']);
  },
  'operational-behavior-data-publish-nbirth': () =>
    each(of('NDATA'), ({ payload }) =>
      each(payload.metrics, ({ alias, name }) =>
        expect(name === 'batch/count' || alias === ofNode(life, 'batch/count').alias).toBe(true),
      ),
    ),
  'operational-behavior-data-publish-nbirth-values': () => {
    const node = new RecordedNode(plant);
    node.connect();
    expect(ofNode(node, 'batch/count')).toMatchObject({ isNull: true, valueField: undefined });
  },
  'operational-behavior-data-publish-nbirth-change': () =>
    expect(life.messages.filter(({ messageType }) => messageType === 'NDATA')).toHaveLength(Math.ceil(300 / 7)),
  'operational-behavior-data-publish-nbirth-order': () => valuesInTimeOrder('NBIRTH', 'NDATA'),
  'operational-behavior-data-publish-dbirth': () => {
    const born = new Set(metricsOf('DBIRTH').map(({ alias }) => alias));
    each(
      life.messages.filter(({ messageType }) => messageType === 'DDATA').flatMap(({ payload }) => payload.metrics),
      ({ alias }) => expect(born.has(alias)).toBe(true),
    );
  },
  'operational-behavior-data-publish-dbirth-values': () => nullsHaveNoValue('DBIRTH', 'DDATA'),
  'operational-behavior-data-publish-dbirth-change': () => {
    const node = new RecordedNode(plant);
    node.connect();
    node.setAndChange(2, 1);
    expect(node.messages.at(-1)!.payload.metrics).toHaveLength(1);
  },
  'operational-behavior-data-publish-dbirth-order': () => valuesInTimeOrder('DBIRTH', 'DDATA'),
  'operational-behavior-data-commands-rebirth-name': () => expect(ofNode(life, 'Node Control/Rebirth')).toBeDefined(),
  'operational-behavior-data-commands-rebirth-name-aliases': () =>
    expect(ofNode(life, 'Node Control/Rebirth').alias).toBe(undefined),
  'operational-behavior-data-commands-rebirth-datatype': () =>
    expect(ofNode(life, 'Node Control/Rebirth').datatype).toBe(11n),
  'operational-behavior-data-commands-rebirth-value': () =>
    expect(ofNode(life, 'Node Control/Rebirth').value).toBe(false),
  'operational-behavior-data-commands-rebirth-action-1': async () => {
    const node = new RecordedNode(plant);
    node.connect();
    await node.clock.advance(1);
    node.do(node.node.message('spBv1.0/plant/NCMD/gateway', rebirth, false));
    node.do(node.node.message('spBv1.0/plant/NCMD/gateway', rebirth, false));
    const before = node.messages.length;
    node.setAndChange(2, 1);
    // The second one waits for its time, and no DATA goes out until then.
    expect(node.messages).toHaveLength(before);
    await node.clock.advance(5000);
    node.do(node.node.tick());
    expect(node.messages[before].messageType).toBe('NBIRTH');
  },
  'operational-behavior-data-commands-rebirth-action-2': rebirthHappens,
  'operational-behavior-data-commands-rebirth-action-3': () => {
    bdSeqAgrees();
    const [session] = sessions(life);
    expect(session.filter(isMessage).filter(({ messageType }) => messageType === 'NBIRTH')).toHaveLength(2);
    expect(session.filter(isMessage).filter(({ messageType }) => messageType === 'NDEATH')).toHaveLength(0);
  },
  'payloads-timestamp-in-UTC': hasSendingTime('DDATA'),
  'payloads-sequence-num-always-included': () =>
    each(of('NBIRTH', 'DBIRTH', 'NDATA', 'DDATA', 'DDEATH'), ({ payload }) => expect(payload.seq).toBeDefined()),
  'payloads-sequence-num-req-nbirth': hasSeqInRange('NBIRTH'),
  'payloads-sequence-num-incrementing': seqGrows,
  'payloads-name-requirement': () =>
    each(
      namedLife.messages.flatMap(({ payload }) => payload.metrics),
      ({ name, alias }) => {
        expect(name).toBeDefined();
        expect(alias).toBe(undefined);
      },
    ),
  'payloads-alias-uniqueness': () => {
    const births = life.messages.slice(0, 3).flatMap(({ payload }) => tagsOf(payload.metrics));
    const aliases = births.map(({ alias }) => alias);
    expect(aliases).not.toContain(undefined);
    expect(new Set(aliases).size).toBe(births.length);
  },
  'payloads-alias-birth-requirement': () =>
    each(
      life.messages.filter(({ messageType }) => messageType.endsWith('BIRTH')),
      ({ payload }) => {
        for (const { name, alias } of tagsOf(payload.metrics)) expect([name, alias]).not.toContain(undefined);
      },
    ),
  'payloads-alias-data-cmd-requirement': () =>
    each(
      life.messages.filter(({ messageType }) => messageType.endsWith('DATA')),
      ({ payload }) => {
        for (const { name, alias } of payload.metrics) {
          expect(name).toBe(undefined);
          expect(alias).toBeDefined();
        }
      },
    ),
  'payloads-name-birth-data-requirement': () =>
    each(metricsOf('NBIRTH', 'DBIRTH', 'NDATA', 'DDATA'), ({ timestamp }) => expect(timestamp).toBeDefined()),
  'payloads-metric-timestamp-in-UTC': () =>
    each(metricsOf('NBIRTH', 'DBIRTH', 'NDATA', 'DDATA'), ({ timestamp }) =>
      expect(Math.abs(Number(timestamp) - startMs)).toBeLessThan(3_600_000),
    ),
  'payloads-metric-datatype-value-type': () =>
    each(metricsOf('NBIRTH', 'DBIRTH'), ({ datatype }) => expect(datatype! < 2n ** 32n).toBe(true)),
  'payloads-metric-datatype-value': () =>
    each(metricsOf('NBIRTH', 'DBIRTH'), ({ datatype }) => expect(datatype! >= 1n && datatype! <= 34n).toBe(true)),
  'payloads-metric-datatype-req': () =>
    each(metricsOf('NBIRTH', 'DBIRTH'), ({ datatype }) => expect(datatype).toBeDefined()),
  'payloads-metric-datatype-not-req': () =>
    each(metricsOf('NDATA', 'DDATA'), ({ datatype }) => expect(datatype).toBe(undefined)),
  'payloads-propertyset-keys-array-size': () =>
    each(metricsOf('DBIRTH', 'DDATA'), ({ propertyCounts: { keys, values } }) => expect(keys).toBe(values)),
  'payloads-propertyset-values-array-size': () =>
    each(metricsOf('DBIRTH', 'DDATA'), ({ propertyCounts: { keys, values } }) => expect(values).toBe(keys)),
  'payloads-metric-propertyvalue-type-type': () => eachProperty(({ type }) => expect(type! < 2n ** 32n).toBe(true)),
  'payloads-metric-propertyvalue-type-value': () => eachProperty(({ type }) => expect(type).toBe(3n)),
  'payloads-metric-propertyvalue-type-req': () => eachProperty(({ type }) => expect(type).toBeDefined()),
  'payloads-propertyset-quality-value-type': () =>
    eachProperty(({ key, type }) => expect([key, type]).toEqual(['Quality', 3n])),
  'payloads-propertyset-quality-value-value': () => {
    const told = new Set<bigint | undefined>();
    eachProperty(({ intValue }) => told.add(intValue));
    expect(told).toEqual(new Set([0n, 192n, 500n]));
  },
  'payloads-nbirth-timestamp': hasSendingTime('NBIRTH'),
  'payloads-nbirth-seq': hasSeqInRange('NBIRTH'),
  'payloads-nbirth-bdseq': bdSeqAgrees,
  'payloads-nbirth-bdseq-repeat': bdSeqAgrees,
  'payloads-nbirth-rebirth-req': () => expect(ofNode(life, 'Node Control/Rebirth').value).toBe(false),
  'payloads-dbirth-timestamp': hasSendingTime('DBIRTH'),
  'payloads-dbirth-seq': hasSeqInRange('DBIRTH'),
  'payloads-dbirth-seq-inc': seqGrows,
  'payloads-dbirth-order': birthsBeforeData,
  'payloads-ndata-timestamp': hasSendingTime('NDATA'),
  'payloads-ndata-seq': hasSeqInRange('NDATA'),
  'payloads-ndata-seq-inc': seqGrows,
  'payloads-ndata-order': birthsBeforeData,
  'payloads-ddata-timestamp': hasSendingTime('DDATA'),
  'payloads-ddata-seq': hasSeqInRange('DDATA'),
  'payloads-ddata-seq-inc': seqGrows,
  'payloads-ddata-order': birthsBeforeData,
  'payloads-ndeath-seq': () => {
    each(
      life.seen.filter((seen) => seen.type === 'connect'),
      ({ payload }) => expect(payload.seq).toBe(undefined),
    );
    each(of('NDEATH'), ({ payload }) => expect(payload.seq).toBe(undefined));
  },
  'payloads-ndeath-will-message': bdSeqGrows,
  'payloads-ndeath-bdseq': bdSeqAgrees,
  'payloads-ndeath-will-message-publisher': () => expect(life.messages.at(-1)!.messageType).toBe('NDEATH'),
  'payloads-ddeath-timestamp': hasSendingTime('DDEATH'),
  'payloads-ddeath-seq': hasSeqInRange('DDEATH'),
  'payloads-ddeath-seq-inc': seqGrows,
  'payloads-ddeath-seq-number': seqGrows,
};

function eachProperty(check: (property: SeenMetric['properties'][number]) => void): void {
  each(
    metricsOf('DBIRTH', 'DDATA', 'NBIRTH').flatMap(({ properties }) => properties),
    check,
  );
}

describe('an edge node of Sparkplug B 3.0', () => {
  it.each(Object.entries(rules))('%s', async (_id, check) => {
    await check();
  });

  it('has an answer for each of the 200 rules, and only one', () => {
    const all = [...Object.keys(rules), ...wireRules, ...Object.keys(notApplicable)];
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(200);
  });
});
