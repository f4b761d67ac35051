import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { linkDefaults, MqttLink } from '@fieldwarden/mqtt-link';
import { TestBroker, type SeenMessage } from '@fieldwarden/mqtt-link/testing';
import type { Outbox } from '@fieldwarden/outbox';
import { waitFor } from '@fieldwarden/testkit';
import { connectAsync } from 'mqtt';
import type { BenchResult } from './benchmark.js';
import { atRate } from './outbox-load.js';
import { levelStores } from './peers/mqtt-level-store.js';

const perSecond = 1_000;
const topics = 20;

/** Between two resets; both clients are connected again in that time. */
const resetEveryMs = 700;

/** What arrived of one client's messages. */
interface Arrived {
  readonly lost: number;
  readonly twice: number;
  /** Of a topic, for the first time, after a younger one. */
  readonly late: number;
}

/** Somebody who sends numbered messages, number n on topic n % 20. */
interface Sender extends AsyncDisposable {
  send(n: number): void;
  /** Nothing more is going to arrive. */
  drained(): Promise<void>;
}

/**
 * Two clients send to one broker that resets all connections again and again: our outbox over our link, and mqtt.js with the store that its users take, which
 * reconnects by itself.
 */
export async function resets(outbox: Outbox, folder: string, times: number): Promise<readonly BenchResult[]> {
  await using broker = await TestBroker.start();
  await using ours = new OutboxSender(outbox, broker.url);
  await using theirs = await MqttJsSender.start(broker, folder);
  let isOver = false;
  const sending = atRate(
    perSecond,
    Infinity,
    (n) => [ours, theirs].forEach((sender) => sender.send(n)),
    () => isOver,
  );
  for (let i = 0; i < times; i += 1) {
    await sleep(resetEveryMs);
    broker.cut();
  }
  await sleep(resetEveryMs);
  isOver = true;
  const sent = await sending;
  await Promise.all([ours.drained(), theirs.drained()]);
  const [own, other] = ['ours', 'theirs'].map((root) => arrivedOf(broker.seen, root, sent));
  const result = (what: keyof Arrived, atMost?: number): BenchResult => ({
    metric: `${times} resets, ${sent} messages: ${what}`,
    value: own[what],
    unit: 'messages',
    ...(atMost !== undefined && { target: { atMost } }),
    peer: { name: theirs.name, value: other[what] },
  });
  return [result('lost', 0), result('twice', 100 * times), result('late', 0)];
}

function arrivedOf(seen: readonly SeenMessage[], root: string, sent: number): Arrived {
  const numbers = new Set<number>();
  const newest = new Map<string, number>();
  let [arrivals, late] = [0, 0];
  for (const { topic, text } of seen) {
    if (!topic.startsWith(`${root}/`)) continue;
    arrivals += 1;
    const n = Number(text);
    if (!numbers.has(n) && n < (newest.get(topic) ?? -1)) late += 1;
    numbers.add(n);
    newest.set(topic, Math.max(n, newest.get(topic) ?? -1));
  }
  return { lost: sent - numbers.size, twice: arrivals - numbers.size, late };
}

/** The least that an outbox and a link need to make an outlet. */
class OutboxSender implements Sender {
  readonly #outbox: Outbox;
  readonly #link: MqttLink;
  #after = 0;

  constructor(outbox: Outbox, url: string) {
    this.#outbox = outbox;
    const settings = { ...linkDefaults, url, clientId: 'ours' };
    const owner = {
      stateChanged: () => void (this.#after = 0), // again from the oldest that nobody acknowledged
      drained: () => this.#pump(),
      isToBlame: () => true, // these resets are no other client
    };
    this.#link = new MqttLink(settings, owner, { clock: systemClock, random: Math.random, logger: silentLogger });
    this.#link.start();
  }

  send(n: number): void {
    const payload = Buffer.from(String(n));
    this.#outbox.append({ topic: `ours/${n % topics}`, payload, qos: 1, retain: false, atMs: Date.now() });
    this.#pump();
  }

  async drained(): Promise<void> {
    const isEmpty = (): boolean => {
      this.#pump();
      return this.#outbox.state.pending === 0;
    };
    await waitFor(isEmpty, { what: 'the outbox to be empty', timeoutMs: 60_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.stop();
  }

  /** At most 100 are under way, as in the outlet. */
  #pump(): void {
    const room = Math.min(this.#link.room, 100 - this.#link.underWay);
    if (room <= 0) return;
    for (const message of this.#outbox.read(this.#after, room, 1 << 20)) {
      this.#after = message.sequence;
      this.#link.publish(message, (fate) => {
        if (fate.name === 'acknowledged') this.#outbox.acknowledge(message.sequence);
      });
    }
  }
}

class MqttJsSender implements Sender {
  readonly name: string;
  readonly #client: Awaited<ReturnType<typeof connectAsync>>;
  readonly #broker: TestBroker;

  private constructor(name: string, client: Awaited<ReturnType<typeof connectAsync>>, broker: TestBroker) {
    this.name = name;
    this.#client = client;
    this.#broker = broker;
  }

  static async start(broker: TestBroker, folder: string): Promise<MqttJsSender> {
    const storeFolder = join(folder, 'store-of-mqttjs');
    await mkdir(storeFolder);
    const stores = await levelStores(storeFolder);
    const client = await connectAsync(broker.url, {
      clientId: 'theirs',
      clean: false,
      reconnectPeriod: 250,
      ...(stores && { outgoingStore: stores.outgoing, incomingStore: stores.incoming }),
    });
    client.on('error', () => undefined); // it connects again
    return new MqttJsSender(stores ? 'mqtt.js 5.16 with mqtt-level-store' : 'mqtt.js 5.16', client, broker);
  }

  send(n: number): void {
    this.#client.publish(`theirs/${n % topics}`, String(n), { qos: 1 }, () => undefined);
  }

  /** It does not say: three seconds without another message. */
  async drained(): Promise<void> {
    for (let before = -1; before !== this.#broker.seen.length; await sleep(3_000)) before = this.#broker.seen.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.race([this.#client.endAsync(true), sleep(2_000)]); // its end may never come
  }
}
