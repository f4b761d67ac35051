import type { Duplex } from 'node:stream';
import { GatewayError, messageOf, type Logger } from '@fieldwarden/core';
import mqtt, { type IClientOptions, type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';
import { gatherWrites } from './gathered-writes.js';
import { limitsOf, publishPacketBytes, widestLimits, type BrokerLimits } from './rules/broker-limits.js';
import {
  acknowledged,
  lost,
  type IncomingMessage,
  type OutgoingMessage,
  type PublishFate,
  type Qos,
  type Subscription,
  type SubscriptionOutcome,
  type Will,
} from './messages.js';
import { topicFault } from './naming/topic.js';

/** What a CONNECT packet says. */
export interface Hello {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly version: 4 | 5;
  readonly cleanStart: boolean;
  /** How long the broker keeps the session after the connection (MQTT 5); 0: not at all. */
  readonly sessionExpirySeconds: number;
  readonly keepaliveSeconds: number;
  readonly will: Will | undefined;
}

export interface ConnectionDependencies {
  readonly monotonicMs: () => number;
  readonly logger: Logger;
  readonly onMessage: (message: IncomingMessage) => void;
  /** Bytes that were waiting have gone out. */
  readonly onDrain: () => void;
  /** Once, after everything under way was told to be lost. */
  readonly onEnd: (end: ConnectionEnd) => void;
}

/** How a connection ended. */
export interface ConnectionEnd {
  /** Since the CONNACK; undefined: there was none. */
  readonly livedMs: number | undefined;
  /** Of a CONNACK that said no. */
  readonly refusedCode: number | undefined;
  /** Of a DISCONNECT packet (MQTT 5). */
  readonly disconnectCode: number | undefined;
  readonly error: Error | undefined;
  /** This side closed it. */
  readonly isOwn: boolean;
}

/** Subscriptions of one SUBSCRIBE packet: brokers limit its size. */
const subscriptionsAPacket = 100;
/** Bytes that may wait for a slow broker before nothing more is handed over. */
const congestedBytes = 256 * 1024;
/** MQTT 5, 3.3.2.1: topic name invalid; 3.14.2.1: packet too large. */
const topicNameInvalid = 0x90;
const packetTooLarge = 0x95;
/** MQTT 5, 3.4.2.1: an implementation or administrative limit is exceeded, which it need not be for ever. */
const quotaExceeded = 0x97;

interface Pending {
  readonly settled: (fate: PublishFate) => void;
}

/**
 * One connection to a broker, from CONNECT to its end: one client object of the library, which is never asked to come back. It takes
 * the library's habits off: callbacks that are never called, listeners whose exception makes it deaf, limits of the broker that it ignores.
 */
export class BrokerConnection {
  readonly #deps: ConnectionDependencies;
  readonly #client: MqttClient;
  readonly #stream: Duplex;
  readonly #version: 4 | 5;
  readonly #pending = new Set<Pending>();
  readonly #waiting = new Set<(error: Error) => void>();
  #limits: BrokerLimits = widestLimits;
  #connectedAtMs: number | undefined;
  #sessionPresent = false;
  #refusedCode: number | undefined;
  #disconnectCode: number | undefined;
  #error: Error | undefined;
  #isOwn = false;
  #hasEnded = false;
  #acknowledgements = 0;

  private constructor(stream: Duplex, hello: Hello, deps: ConnectionDependencies) {
    this.#deps = deps;
    this.#stream = stream;
    this.#version = hello.version;
    gatherWrites(stream);
    this.#client = new mqtt.MqttClient(() => stream, clientOptions(hello));
    this.#client.on('error', (error) => this.#failed(error));
    this.#client.on('disconnect', ({ reasonCode }) => void (this.#disconnectCode = reasonCode ?? 0));
    this.#client.on('message', (topic, payload, packet) => this.#received(topic, payload, packet));
    this.#client.on('close', () => this.#ended());
    stream.on('drain', () => this.#guard('drain', () => deps.onDrain()));
  }

  /** Sends CONNECT over an open stream. Resolves when the broker took it, or when it is clear that it did not: `onEnd` says why. */
  static async open(stream: Duplex, hello: Hello, deps: ConnectionDependencies): Promise<BrokerConnection | undefined> {
    return await new Promise((resolve) => {
      const connection = new BrokerConnection(stream, hello, {
        ...deps,
        onEnd: (end) => {
          resolve(undefined);
          deps.onEnd(end);
        },
      });
      connection.#client.once('connect', (packet) => {
        connection.#taken(packet);
        resolve(connection);
      });
    });
  }

  get limits(): BrokerLimits {
    return this.#limits;
  }

  get version(): 4 | 5 {
    return this.#version;
  }

  get sessionPresent(): boolean {
    return this.#sessionPresent;
  }

  /** Messages of QoS 1 and 2 whose fate is open, and those of QoS 0 that wait to go out. */
  get underWay(): number {
    return this.#pending.size;
  }

  /** Acknowledgements so far, of any kind: grows while the broker works. */
  get acknowledgements(): number {
    return this.#acknowledgements;
  }

  /** Bytes handed over and not sent. */
  get unsentBytes(): number {
    return this.#stream.writableLength;
  }

  /** How many messages may be handed over now. */
  get room(): number {
    if (this.#hasEnded || this.#stream.writableLength > congestedBytes) return 0;
    return Math.max(0, this.#limits.receiveMaximum - this.#pending.size);
  }

  publish(message: OutgoingMessage, settled: (fate: PublishFate) => void): void {
    const { topic, payload } = message;
    if (this.#hasEnded || this.#client.disconnecting) return settled(lost);
    const qos = Math.min(message.qos, this.#limits.maximumQos) as Qos;
    if (topicFault(topic) !== undefined) return settled({ name: 'refused', code: topicNameInvalid, reason: 'refused' });
    const bytes = publishPacketBytes(Buffer.byteLength(topic), payload.length, qos, this.#version);
    if (bytes > this.#limits.maximumPacketBytes)
      return settled({ name: 'refused', code: packetTooLarge, reason: 'too-large' });
    const pending: Pending = { settled };
    this.#pending.add(pending);
    const retain = message.retain && this.#limits.retainAvailable;
    this.#client.publish(topic, asBuffer(payload), { qos, retain }, (error) => this.#answered(pending, error));
  }

  /** Rejects, kind `unreachable`, when the connection ends first. */
  async subscribe(subscriptions: readonly Subscription[]): Promise<readonly SubscriptionOutcome[]> {
    const outcomes: SubscriptionOutcome[] = [];
    for (let at = 0; at < subscriptions.length; at += subscriptionsAPacket) {
      outcomes.push(...(await this.#subscribeBatch(subscriptions.slice(at, at + subscriptionsAPacket))));
    }
    return outcomes;
  }

  /** Rejects, kind `unreachable`, when the connection ends first. */
  async unsubscribe(filters: readonly string[]): Promise<void> {
    for (let at = 0; at < filters.length; at += subscriptionsAPacket) {
      const batch = filters.slice(at, at + subscriptionsAPacket);
      // An error is no answer: the library calls back with one before it says that the connection ended.
      await this.#answer<void>((resolve) => this.#client.unsubscribe(batch, (error) => !error && resolve()));
    }
  }

  /** The broker hears no farewell: it publishes the will. */
  destroy(): void {
    this.#isOwn = true;
    this.#stream.destroy();
  }

  /** Says farewell, so that no will is published; `destroy` is to follow where the broker does not hang up. */
  end(reasonCode: number): void {
    this.#isOwn = true;
    // The library waits for what is under way, for ever; what became of it is told at the end.
    for (const id of Object.keys(this.#client.outgoing)) this.#client.removeOutgoingMessage(Number(id));
    this.#client.end(false, this.#version === 5 ? { reasonCode } : {});
  }

  #subscribeBatch(batch: readonly Subscription[]): Promise<readonly SubscriptionOutcome[]> {
    const request = Object.fromEntries(
      batch.map(({ filter, qos, noLocal, retainAsPublished }) => [
        filter,
        { qos, nl: noLocal ?? false, rap: retainAsPublished ?? true, rh: 0 },
      ]),
    );
    return this.#answer((resolve) =>
      this.#client.subscribe(request, (error, _, packet) => {
        const codes = (packet as { granted?: readonly number[] } | undefined)?.granted;
        if (codes) return resolve(batch.map(({ filter }, i) => ({ filter, granted: grantOf(codes[i]) })));
        // No answer: the end of the connection tells whoever waits. A filter that is none never went out.
        if (error && !this.#hasEnded && this.#client.connected)
          resolve(batch.map(({ filter }) => ({ filter, granted: { refused: topicNameInvalid } })));
      }),
    );
  }

  #answer<T>(ask: (resolve: (value: T) => void) => void): Promise<T> {
    if (this.#hasEnded) return Promise.reject(connectionEnded());
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      ask((value) => {
        this.#waiting.delete(reject);
        resolve(value);
      });
    });
  }

  #taken({ properties, sessionPresent }: IConnackPacket): void {
    this.#connectedAtMs = this.#deps.monotonicMs();
    this.#limits = this.#version === 5 ? limitsOf(properties) : widestLimits;
    this.#sessionPresent = sessionPresent;
  }

  #answered(pending: Pending, error: Error | null | undefined): void {
    if (!this.#pending.delete(pending)) return;
    this.#acknowledgements += 1;
    const fate = fateOf(error);
    this.#guard('the fate of a message', () => pending.settled(fate));
  }

  #received(topic: string, payload: Buffer, { qos, retain }: IPublishPacket): void {
    this.#guard('a message', () => this.#deps.onMessage({ topic, payload, qos, retain }));
  }

  /** The library's parser stops where it does not understand; nothing would come after it. */
  #failed(error: Error & { code?: unknown }): void {
    this.#error ??= error;
    if (this.#connectedAtMs === undefined && typeof error.code === 'number') this.#refusedCode ??= error.code;
    this.#stream.destroy();
  }

  #ended(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const { settled } of pending) this.#guard('the fate of a message', () => settled(lost));
    for (const reject of this.#waiting) reject(connectionEnded());
    this.#waiting.clear();
    this.#client.end(true);
    const { monotonicMs, onEnd } = this.#deps;
    const livedMs = this.#connectedAtMs === undefined ? undefined : monotonicMs() - this.#connectedAtMs;
    const end: ConnectionEnd = {
      livedMs,
      refusedCode: this.#refusedCode,
      disconnectCode: this.#disconnectCode,
      error: this.#error,
      isOwn: this.#isOwn,
    };
    this.#guard('the end of a connection', () => onEnd(end));
  }

  /** An exception in a listener would stop the library's parser: connected, and deaf for ever. */
  #guard(what: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#deps.logger.error(`whoever was told of ${what} failed: ${messageOf(error)}`, { error });
    }
  }
}

function clientOptions(hello: Hello): IClientOptions {
  const { clientId, username, password, version, cleanStart, sessionExpirySeconds, keepaliveSeconds, will } = hello;
  return {
    protocolId: 'MQTT',
    protocolVersion: version,
    clientId,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    clean: cleanStart,
    keepalive: keepaliveSeconds,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native',
    ...(will && { will: { ...will, payload: asBuffer(will.payload) } }),
    ...(version === 5 && { properties: { sessionExpiryInterval: sessionExpirySeconds } }),
  };
}

function fateOf(error: (Error & { code?: unknown }) | null | undefined): PublishFate {
  if (!error) return acknowledged;
  if (typeof error.code !== 'number') return lost;
  if (error.code === quotaExceeded) return { name: 'deferred', code: error.code };
  return { name: 'refused', code: error.code, reason: error.code === packetTooLarge ? 'too-large' : 'refused' };
}

function grantOf(code: number): SubscriptionOutcome['granted'] {
  return code === 0 || code === 1 || code === 2 ? code : { refused: code };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function connectionEnded(): GatewayError {
  const message = 'the connection to the broker ended first';
  return new GatewayError({ code: 'MQTT_CONNECTION_ENDED', kind: 'unreachable', message });
}
