import { GatewayError, formatDataType, parseDataType, statusCodes, type DataType } from '@fieldwarden/core';
import { discoveredPage, type DiscoveredNode, type DiscoveredPage, type DiscoverQuery } from '@fieldwarden/driver';
import { topicMatches } from '@fieldwarden/mqtt-link';
import { fieldStep } from '../address/json-path.js';
import type { MqttDeviceOptions } from '../options.js';
import { ReceivedMessage } from '../payload/received-message.js';
import { Unfit } from '../payload/unfit.js';

/** Topics that are shown; what comes under others is passed over. */
const maxTopics = 5_000;
const maxPayloadBytes = 16 * 1024;
const maxBytes = 8 * 1024 * 1024;
/** Fields of one payload that are offered. */
const maxFields = 500;
const maxDepth = 8;
const sampleLength = 40;

/** Topics that came while somebody browses, with the last payload of each, in the order in which they were first seen. */
export class SeenTopics {
  readonly #byTopic = new Map<string, Uint8Array>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#byTopic.size;
  }

  see(topic: string, payload: Uint8Array): void {
    const known = this.#byTopic.get(topic);
    if (!known && this.#byTopic.size >= maxTopics) return;
    const sample = payload.length > maxPayloadBytes ? payload.subarray(0, 0) : payload;
    const growth = sample.length - (known?.length ?? -topic.length);
    if (this.#bytes + growth > maxBytes) return;
    this.#bytes += growth;
    this.#byTopic.set(topic, Uint8Array.from(sample));
  }

  clear(): void {
    this.#byTopic.clear();
    this.#bytes = 0;
  }

  /** Topics at the top; below a topic what its payload offers, and the tags that templates of the device make of it. */
  page(query: DiscoverQuery, { templates }: MqttDeviceOptions): DiscoveredPage {
    const { parent, text } = query;
    if (parent === undefined) {
      const topics = [...this.#byTopic].map(([topic, payload]) => topicNode(topic, payload));
      return discoveredPage(
        text === undefined ? topics : topics.flatMap((node) => this.#within(node, templates)),
        query,
      );
    }
    const payload = this.#byTopic.get(parent);
    if (payload) return discoveredPage(below(parent, payload, templates), query);
    // A field has nothing below it: all of a payload is offered at once.
    const topic = parent.slice(0, parent.lastIndexOf(' '));
    if (this.#byTopic.has(topic)) return { nodes: [], nextCursor: undefined };
    throw new GatewayError({
      code: 'MQTT_TOPIC_UNSEEN',
      kind: 'rejected',
      status: statusCodes.BadNodeIdUnknown,
      message: `nothing has come under ${parent} since somebody browses`,
    });
  }

  #within(node: DiscoveredNode, templates: MqttDeviceOptions['templates']): readonly DiscoveredNode[] {
    return [node, ...below(node.address, this.#byTopic.get(node.address)!, templates)];
  }
}

function topicNode(topic: string, payload: Uint8Array): DiscoveredNode {
  const json = jsonOf(payload);
  const isGroup = typeof json === 'object' && json !== null && !(json instanceof Unfit);
  const type = isGroup ? undefined : typeOf(json);
  return { address: topic, name: named(topic, payload), ...(type && { type }), hasChildren: true };
}

function below(
  topic: string,
  payload: Uint8Array,
  templates: MqttDeviceOptions['templates'],
): readonly DiscoveredNode[] {
  const fields: DiscoveredNode[] = [];
  const json = jsonOf(payload);
  if (typeof json === 'object' && json !== null && !(json instanceof Unfit)) collect(json, '', topic, fields, 0);
  else
    fields.push({
      address: `${topic} text`,
      name: named('text', payload),
      type: { scalar: 'string' },
      hasChildren: false,
    });
  return [...templates.flatMap((template) => templateNode(topic, template)), ...fields];
}

function collect(json: object, path: string, topic: string, into: DiscoveredNode[], depth: number): void {
  const entries: [string, unknown][] = Array.isArray(json)
    ? (json as unknown[]).map((value, i) => [`[${i}]`, value])
    : Object.entries(json).map(([name, value]) => [fieldStep(name), value]);
  for (const [step, value] of entries) {
    if (into.length >= maxFields) return;
    const here = path + step;
    if (typeof value === 'object' && value !== null && depth < maxDepth) collect(value, here, topic, into, depth + 1);
    else {
      const type = typeOf(value);
      const name = `${here.replace(/^\./, '')} = ${sampleOf(JSON.stringify(value))}`;
      into.push({ address: `${topic} $${here}`, name, ...(type && { type }), hasChildren: false });
    }
  }
}

/** The tag that a template makes of a topic: its path with `{1}` filled, its address without wildcards. */
function templateNode(
  topic: string,
  { path, address, dataType }: MqttDeviceOptions['templates'][number],
): DiscoveredNode[] {
  const [filter, ...selector] = address.split(/ (?=\$|\/|text$|raw$)/);
  if (!topicMatches(filter, topic)) return [];
  const levels = topic.split('/');
  const wild = filter.split('/').flatMap((level, i) => (level === '+' || level === '#' ? [levels[i] ?? ''] : []));
  const name = path.replaceAll(/\{(\d)\}/g, (_, n: string) => (wild[Number(n) - 1] ?? '').replaceAll(/[^\w.-]/g, '_'));
  const type = parseDataType(dataType) as DataType;
  return [
    { address: [topic, ...selector].join(' '), name: `${name} (${formatDataType(type)})`, type, hasChildren: false },
  ];
}

function jsonOf(payload: Uint8Array): unknown {
  return new ReceivedMessage('', payload, false, 0).json(false);
}

function typeOf(value: unknown): DataType | undefined {
  if (typeof value === 'boolean') return { scalar: 'bool' };
  if (typeof value === 'number') return { scalar: 'float64' };
  return typeof value === 'string' ? { scalar: 'string' } : undefined;
}

function named(name: string, payload: Uint8Array): string {
  const { text } = new ReceivedMessage('', payload, false, 0);
  return `${name} = ${text instanceof Unfit ? `${payload.length} bytes` : sampleOf(text)}`;
}

function sampleOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > sampleLength ? `${line.slice(0, sampleLength)}…` : line;
}
