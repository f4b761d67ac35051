import { randomUUID } from 'node:crypto';
import {
  delay,
  isBad,
  isGatewayError,
  isNumericColumn,
  messageOf,
  statusCodes,
  Turns,
  type Clock,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import type { CallContext, WriteItem, WriteResult } from '@fieldwarden/driver';
import { reasonText, topicMatches, type OutgoingMessage, type PublishFate } from '@fieldwarden/mqtt-link';
import { encodeCommand, formatTopic, type HostMetric } from '@fieldwarden/sparkplug';
import { parseMqttAddress, type MqttAddress, type Selector } from '../address/address.js';
import { Decoder } from '../payload/decoder.js';
import type { ReceivedMessage } from '../payload/received-message.js';
import type { SparkplugHost } from '../sparkplug/sparkplug-host.js';
import { noTagOptions } from '../no-tag-options.js';
import type { MqttTagOptions, MqttWriteOptions } from '../tag-options.js';
import { FilterTrie } from '../topics/filter-trie.js';
import { acknowledgementOf } from './acknowledgement.js';
import { late, within } from './within.js';
import { renderTemplate, templateHasId } from './write-template.js';

export interface WriterDependencies {
  readonly clock: Clock;
  /** How many messages the connection takes now. */
  readonly room: () => number;
  readonly publish: (message: OutgoingMessage) => Promise<PublishFate>;
  /** Resolves when the broker delivers what is under the filter. */
  readonly listenTo: (filter: string) => Promise<void>;
  readonly hostOf: (address: MqttAddress) => SparkplugHost | undefined;
}

/** An answer that somebody waits for. */
interface Expected {
  hear(message: ReceivedMessage): void;
}

const roomLookMs = 5;

/** Writes by messages. `done` only when the device answered: that a broker has a message says nothing of the device (SPEC §2). */
export class Writer {
  readonly #deps: WriterDependencies;
  readonly #expected = new FilterTrie<Expected>();
  /** Answers without an id belong to the write before them. */
  readonly #turns = new Map<string, Turns>();

  constructor(deps: WriterDependencies) {
    this.#deps = deps;
  }

  /** What the broker kept answers no write of now. */
  hear(message: ReceivedMessage): void {
    if (!message.isRetained) this.#expected.match(message.topic, (expected) => expected.hear(message));
  }

  async write({ point, value }: WriteItem, call: CallContext, signal: AbortSignal): Promise<WriteResult> {
    const options = (point.options as MqttTagOptions | undefined) ?? noTagOptions;
    let address: MqttAddress;
    try {
      address = parseMqttAddress(point.address, point.type, options);
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      return refused(statusCodes.BadConfigurationError, error.message);
    }
    if (address.selector.kind === 'sparkplug') return await this.#command(address, value, call, signal);
    const { write } = options;
    if (write?.topic === undefined)
      return refused(statusCodes.BadNotWritable, `${point.path} says no topic for writes`);
    const { kind } = address.selector;
    if (write.ackTopic === undefined)
      return await this.#send({ point, value }, { ...write, topic: write.topic, kind }, call, signal);
    const { ackTopic, topic } = write;
    if (templateHasId(write.template))
      return await this.#confirmed({ point, value }, { ...write, topic, ackTopic }, address, call, signal);
    let turns = this.#turns.get(ackTopic);
    if (!turns) this.#turns.set(ackTopic, (turns = new Turns()));
    const confirmed = turns.take(() =>
      this.#confirmed({ point, value }, { ...write, topic, ackTopic }, address, call, signal),
    );
    return await confirmed;
  }

  async #confirmed(
    item: WriteItem,
    write: MqttWriteOptions & { readonly topic: string; readonly ackTopic: string },
    address: MqttAddress,
    call: CallContext,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    const { clock, listenTo } = this.#deps;
    if ((await within(listenTo(write.ackTopic), call, clock, signal)) === late) return notSent();
    const id = randomUUID();
    const judge = this.#judgeOf(item, write, address, id);
    let settle: (result: WriteResult) => void;
    const answer = new Promise<WriteResult>((resolve) => (settle = resolve));
    const expected: Expected = {
      hear: (message) => {
        const result = judge(message);
        if (result) settle(result);
      },
    };
    this.#expected.add(write.ackTopic, expected);
    try {
      const sent = await this.#send(item, { ...write, kind: address.selector.kind }, call, signal, id);
      if (sent !== taken) return sent;
      const result = await within(answer, call, clock, signal);
      return result === late ? timedOut(`the device did not answer on ${write.ackTopic}`) : result;
    } finally {
      this.#expected.delete(write.ackTopic, expected);
    }
  }

  /** Where answers come as values of the tag itself, the written value is the yes, and others say nothing. */
  #judgeOf(
    { point, value }: WriteItem,
    { template }: MqttWriteOptions,
    { filter, selector }: MqttAddress,
    id: string,
  ): (message: ReceivedMessage) => WriteResult | undefined {
    const options = (point.options as MqttTagOptions | undefined) ?? noTagOptions;
    const decoder = new Decoder(selector, point.type, options);
    return (message) => {
      if (!topicMatches(filter, message.topic))
        return acknowledgementOf(message, templateHasId(template) ? id : undefined);
      const reading = decoder.read(message);
      const isEcho = reading?.value !== undefined && !isBad(reading.status) && isSameValue(reading.value, value, point);
      return isEcho ? { outcome: 'done', status: statusCodes.Good } : undefined;
    };
  }

  async #send(
    { point, value }: WriteItem,
    {
      topic,
      kind,
      template,
      qos,
      retain,
    }: MqttWriteOptions & { readonly topic: string; readonly kind: Selector['kind'] },
    call: CallContext,
    signal: AbortSignal,
    id: string = randomUUID(),
  ): Promise<WriteResult> {
    const payload = payloadOf(value, kind, template, point, { id, atMs: this.#deps.clock.wallMs() });
    if (payload === undefined) return refused(statusCodes.BadTypeMismatch, `${String(value)} has no form in JSON`);
    return await this.#publish({ topic, payload, qos, retain }, call, signal);
  }

  async #publish(message: OutgoingMessage, call: CallContext, signal: AbortSignal): Promise<WriteResult> {
    const { clock, room, publish } = this.#deps;
    while (room() === 0) {
      if (clock.monotonicMs() + roomLookMs >= call.deadlineMs) return notSent();
      await delay(clock, roomLookMs, signal);
    }
    const fate = await within(publish(message), call, clock, signal);
    if (fate === late) return timedOut('the broker did not acknowledge it');
    switch (fate.name) {
      case 'acknowledged':
        return taken;
      case 'lost':
        return {
          outcome: 'unknown',
          status: statusCodes.BadCommunicationError,
          message: 'the connection ended before the broker acknowledged it',
        };
      case 'deferred':
        return {
          outcome: 'not-sent',
          status: statusCodes.BadResourceUnavailable,
          message: `the broker does not take it at the moment: ${reasonText(fate.code)}`,
        };
      case 'refused':
        return refused(refusalStatus(fate.code), `the broker refused it: ${reasonText(fate.code)}`);
    }
  }

  /** NCMD or DCMD. Nobody has to answer; a node that carries it out tells the new value. */
  async #command(address: MqttAddress, value: TagValue, call: CallContext, signal: AbortSignal): Promise<WriteResult> {
    if (address.selector.kind !== 'sparkplug') return refused(statusCodes.BadConfigurationError, 'no Sparkplug metric');
    const { metric, device, node } = address.selector;
    const host = this.#deps.hostOf(address);
    const known = host?.latest(device, metric);
    if (!host || !known) return offline(`no birth of ${device ?? node.node} has named ${metric}`);
    let payload: Uint8Array;
    try {
      const { name, alias, type } = known;
      payload = encodeCommand([{ name, alias, type, value }], this.#deps.clock.wallMs());
    } catch (error) {
      return refused(statusCodes.BadTypeMismatch, messageOf(error));
    }
    const topic =
      device === undefined
        ? formatTopic(node.group, 'NCMD', node.node)
        : formatTopic(node.group, 'DCMD', node.node, device);
    const told = Promise.withResolvers<WriteResult>();
    using _watch = host.watch((changed, of) => {
      if (of === device && changed.name === metric && isSameMetric(changed.value, value))
        told.resolve({ outcome: 'done', status: statusCodes.Good });
    });
    const sent = await this.#publish({ topic, payload, qos: 0, retain: false }, call, signal);
    if (sent !== taken) return sent;
    const result = await within(told.promise, call, this.#deps.clock, signal);
    return result === late ? untold : result;
  }
}

/** The broker has it; whether a device has nobody knows. */
const taken: WriteResult = {
  outcome: 'unknown',
  status: statusCodes.Uncertain,
  message: 'the broker has it; without options.write.ackTopic nobody tells what the device made of it',
};

const untold: WriteResult = {
  outcome: 'unknown',
  status: statusCodes.Uncertain,
  message: 'the command was sent, and the node has not told the value since',
};

/** A template that says nothing but the value has it as the payload of the tag has it. */
function payloadOf(
  value: TagValue,
  kind: Selector['kind'],
  template: string,
  { type }: WriteItem['point'],
  moment: { readonly id: string; readonly atMs: number },
): Uint8Array | undefined {
  const isBare = template === '{value}' && kind !== 'json';
  if (isBare && value instanceof Uint8Array) return value;
  const text = renderTemplate(isBare ? '{text}' : template, value, type, moment);
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

function isSameValue(read: TagValue, written: TagValue, { type }: WriteItem['point']): boolean {
  if (type.scalar === 'float32') return Math.fround(Number(read)) === Math.fround(Number(written));
  if (isNumericColumn(type)) return Number(read) === Number(written);
  if (Array.isArray(read) && Array.isArray(written))
    return read.length === written.length && read.every((one, i) => String(one) === String(written[i]));
  return read instanceof Uint8Array && written instanceof Uint8Array
    ? Buffer.compare(read, written) === 0
    : String(read) === String(written);
}

/** Of whatever type the birth says: a float32 is told rounded. */
function isSameMetric(told: HostMetric['value'], written: TagValue): boolean {
  if (typeof told === 'number' && typeof written === 'number')
    return told === written || Math.fround(told) === Math.fround(written);
  return JSON.stringify(told, withDigits) === JSON.stringify(written, withDigits);
}

function withDigits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function refused(status: StatusCode, message: string): WriteResult {
  return { outcome: 'rejected', status, message };
}

function offline(message: string): WriteResult {
  return { outcome: 'not-sent', status: statusCodes.BadNoCommunication, message };
}

function notSent(): WriteResult {
  return { outcome: 'not-sent', status: statusCodes.BadTimeout, message: 'there was no time left to send it' };
}

function timedOut(message: string): WriteResult {
  return { outcome: 'unknown', status: statusCodes.BadTimeout, message: `${message} in time` };
}

/** MQTT 5, 2.4. */
function refusalStatus(code: number): StatusCode {
  if (code === 0x87) return statusCodes.BadUserAccessDenied;
  return code === 0x95 ? statusCodes.BadEncodingLimitsExceeded : statusCodes.BadDeviceFailure;
}
