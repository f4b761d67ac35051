import type { OutboxMessage } from '@fieldwarden/outbox';
import type { PublishSettings } from '../settings.js';
import type { SeenChange } from './seen-values.js';
import type { SequenceNumbers } from './sequence-numbers.js';
import { timeJson, valueJson } from './value-json.js';

export interface ValueMessagesDependencies {
  readonly numbers: Pick<SequenceNumbers, 'next'>;
  readonly wallMs: () => number;
  readonly send: (message: OutboxMessage) => void;
}

/** Tags of one message: it stays well below what brokers take. */
const tagsOfBatch = 500;

interface Batch {
  readonly paths: Set<string>;
  text: string;
}

/** Makes messages of values (INTERFACES §8, §16): one for each, or one for what changed of a device at the same time. */
export class ValueMessages {
  readonly #deps: ValueMessagesDependencies;
  readonly #batches = new Map<string, Batch>();
  #settings: PublishSettings;

  constructor(settings: PublishSettings, deps: ValueMessagesDependencies) {
    this.#settings = settings;
    this.#deps = deps;
  }

  apply(settings: PublishSettings): void {
    this.flush();
    this.#settings = settings;
  }

  add({ tag, value, status, sourceAtMs }: SeenChange): void {
    const text = `{"v":${valueJson(value, tag.scalar)},"q":${status},"t":${timeJson(sourceAtMs)}`;
    const { batchTopic } = tag;
    if (this.#settings.batch === 'none' || batchTopic === undefined)
      this.#send(tag.topic, `${text},"seq":${this.#deps.numbers.next()}}`, this.#settings.retain);
    else this.#addToBatch(batchTopic, tag.path, `${text}}`);
  }

  /** Whatever is still to be sent of devices. */
  flush(): void {
    for (const [topic, batch] of this.#batches) this.#flushBatch(topic, batch);
  }

  /** No value is left out: a second one of the same tag begins the next message. */
  #addToBatch(topic: string, path: string, text: string): void {
    const before = this.#batches.get(topic);
    if (before && (before.paths.has(path) || before.paths.size >= tagsOfBatch)) this.#flushBatch(topic, before);
    const batch = this.#batches.get(topic) ?? { paths: new Set(), text: '' };
    this.#batches.set(topic, batch);
    batch.text += `${batch.paths.size === 0 ? '' : ','}"${path}":${text}`;
    batch.paths.add(path);
  }

  /** Never retained: it holds only what changed. */
  #flushBatch(topic: string, { text }: Batch): void {
    this.#batches.delete(topic);
    this.#send(topic, `{"seq":${this.#deps.numbers.next()},"tags":{${text}}}`, false);
  }

  #send(topic: string, text: string, retain: boolean): void {
    const { send, wallMs } = this.#deps;
    send({ topic, payload: Buffer.from(text), qos: this.#settings.qos, retain, atMs: wallMs() });
  }
}
