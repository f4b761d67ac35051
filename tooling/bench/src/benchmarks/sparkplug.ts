import { statusCodes } from '@fieldwarden/core';
import {
  decodePayload,
  encodePayload,
  MetricHead,
  metricValue,
  sparkplugTypes,
  writeMetric,
  type Payload,
} from '@fieldwarden/sparkplug';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { protobufjsPeer, type SparkplugPeer } from '../peers/protobufjs.js';

/** What SPEC §15 speaks of. */
const metricCount = 1000;
const atMs = 1_700_000_000_000;
const peerName = 'protobufjs 8';

interface Message {
  readonly what: string;
  readonly heads: readonly MetricHead[];
  readonly head: (head: MetricHead) => Uint8Array;
  readonly withQuality: boolean;
  readonly forPeer: (index: number) => object;
}

/** DDATA: alias, time, double. */
const data: Message = {
  what: 'DDATA',
  heads: Array.from({ length: metricCount }, (_, i) => new MetricHead(nameOf(i), i + 1, sparkplugTypes.Double)),
  head: (head) => head.ofData,
  withQuality: false,
  forPeer: (i) => ({ alias: i + 1, timestamp: atMs, double_value: valueOf(i, 0) }),
};

/** DBIRTH: name and type, and the quality, beside that. */
const birth: Message = {
  what: 'DBIRTH',
  heads: data.heads,
  head: (head) => head.ofBirth,
  withQuality: true,
  forPeer: (i) => ({
    name: nameOf(i),
    alias: i + 1,
    timestamp: atMs,
    datatype: sparkplugTypes.Double,
    properties: { keys: ['Quality'], values: [{ type: sparkplugTypes.Int32, int_value: 192 }] },
    double_value: valueOf(i, 0),
  }),
};

/**
 * SPEC §15: what a thousand metrics cost to encode and decode, beside protobufjs with the messages of the specification, turn by turn. Whatever else
 * the machine does only adds, so that the quietest round of each counts.
 */
export const sparkplug: Benchmark = {
  name: 'sparkplug',
  title: 'Sparkplug payloads of 1,000 metrics, encoded and decoded',
  run: async ({ quick }) => {
    const rounds = quick ? 15 : 60;
    const results = [data, birth].flatMap((message) => measure(message, rounds));
    return Promise.resolve(results);
  },
};

function measure({ what, heads, head, withQuality, forPeer }: Message, rounds: number): readonly BenchResult[] {
  const peer = protobufjsPeer();
  const encode = (round: number): Uint8Array =>
    encodePayload(
      atMs,
      (writer) => {
        for (let i = 0; i < metricCount; i += 1) {
          writeMetric(
            writer,
            head(heads[i]),
            heads[i].type,
            valueOf(i, round),
            statusCodes.Good,
            atMs,
            false,
            withQuality,
          );
        }
      },
      round & 0xff,
    );
  const encodePeer = (round: number): Uint8Array => peer.encode(peerPayload(round, forPeer));
  const bytes = encode(0);
  checkSame(bytes, peer, what);
  const encoded = quietest(rounds, encode, encodePeer);
  const decoded = quietest(
    rounds,
    () => valuesOf(decodePayload(bytes)),
    () => peer.decode(bytes),
  );
  const target = what === 'DDATA' ? { target: { atMost: 120 } } : {};
  return [
    {
      metric: `${what} encode`,
      value: encoded.ours,
      unit: 'µs',
      ...target,
      peer: { name: peerName, value: encoded.peer },
    },
    { metric: `${what} decode`, value: decoded.ours, unit: 'µs', peer: { name: peerName, value: decoded.peer } },
  ];
}

function peerPayload(round: number, forPeer: Message['forPeer']): object {
  const metrics = Array.from({ length: metricCount }, (_, i) => ({ ...forPeer(i), double_value: valueOf(i, round) }));
  return { timestamp: atMs, metrics, seq: round & 0xff };
}

/** The values too: a decoder that only cuts into fields has not read anything. */
function valuesOf({ metrics }: Payload): number {
  let sum = 0;
  for (const metric of metrics) sum += metricValue(metric, sparkplugTypes.Double) as number;
  return sum;
}

function quietest(rounds: number, ours: (round: number) => unknown, peer: (round: number) => unknown) {
  const best = { ours: Infinity, peer: Infinity };
  for (let round = 0; round < rounds; round += 1) {
    best.ours = Math.min(
      best.ours,
      microsecondsOf(() => ours(round)),
    );
    best.peer = Math.min(
      best.peer,
      microsecondsOf(() => peer(round)),
    );
  }
  return best;
}

/** Of one call, in the middle of twenty. */
function microsecondsOf(call: () => unknown): number {
  const calls = 20;
  const fromMs = performance.now();
  for (let i = 0; i < calls; i += 1) call();
  return ((performance.now() - fromMs) * 1000) / calls;
}

function checkSame(bytes: Uint8Array, peer: SparkplugPeer, what: string): void {
  const { metrics } = peer.decode(bytes) as { readonly metrics: readonly { readonly double_value: number }[] };
  const isSame =
    metrics.length === metricCount && metrics.every(({ double_value }, i) => double_value === valueOf(i, 0));
  if (!isSame) throw new Error(`${peerName} reads another ${what} than was written`);
}

function nameOf(index: number): string {
  return `packaging/filler-${index % 10}/signal-${index}`;
}

function valueOf(index: number, round: number): number {
  return index * 1.25 + round / 3;
}
