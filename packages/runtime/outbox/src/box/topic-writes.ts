import type { OutboxTransaction } from '../file/outbox-database.js';
import { recordKinds } from '../records/record-key.js';
import { encodeText, encodeTopic } from '../records/topic-record.js';
import type { Topic } from './topic-book.js';

/** Counters of messages that never came into the file; at most once in so long. */
const laterMs = 10_000;

/** And so many at once: other topics have their turn a second later. */
const laterBatch = 2_000;
const nextBatchMs = 1_000;

/**
 * Which counters go into the next commit. Those of a topic whose messages come, go or are dropped with it must: they fit what is in the file. Those
 * of messages that were acknowledged before they were written may wait; 100,000 values a second would else be 100,000 records.
 */
export class TopicWrites {
  readonly #box: number;
  readonly #must = new Set<Topic>();
  readonly #may = new Set<Topic>();
  readonly #forgotten = new Set<Topic>();
  #mayFromMs = 0;
  #writing: readonly Topic[] = [];
  #forgetting: readonly Topic[] = [];

  constructor(box: number) {
    this.#box = box;
  }

  now(topic: Topic): void {
    this.#must.add(topic);
  }

  /** `nowMs`: on the monotonic clock. */
  later(topic: Topic, nowMs: number): void {
    if (this.#may.size === 0) this.#mayFromMs = Math.max(this.#mayFromMs, nowMs + laterMs);
    this.#may.add(topic);
  }

  forget(topic: Topic): void {
    this.#must.delete(topic);
    this.#may.delete(topic);
    this.#forgotten.add(topic);
  }

  get mustBeWritten(): boolean {
    return this.#must.size + this.#forgotten.size > 0;
  }

  /** In ms from `nowMs` on; Infinity if there are none. */
  dueInMs(nowMs: number): number {
    if (this.mustBeWritten) return 0;
    return this.#may.size === 0 ? Infinity : Math.max(0, this.#mayFromMs - nowMs);
  }

  write(transaction: OutboxTransaction, nowMs: number, everything: boolean): void {
    const later = this.#takeLater(nowMs, everything);
    for (const topic of this.#must) this.#may.delete(topic);
    this.#writing = [...this.#must, ...later.filter((topic) => !this.#must.has(topic))];
    this.#forgetting = [...this.#forgotten];
    this.#must.clear();
    this.#forgotten.clear();
    for (const { number } of this.#forgetting) {
      transaction.remove(recordKinds.topic, this.#box, number);
      transaction.remove(recordKinds.topicName, this.#box, number);
    }
    for (const topic of this.#writing) {
      transaction.put(recordKinds.topic, this.#box, topic.number, encodeTopic(topic.toRecord(), topic.nameBytes));
      if (!topic.isNamed) transaction.put(recordKinds.topicName, this.#box, topic.number, encodeText(topic.name));
    }
  }

  written(): void {
    for (const topic of this.#writing) topic.isNamed = true;
    this.#settle();
  }

  notWritten(): void {
    for (const topic of this.#writing) this.#must.add(topic);
    for (const topic of this.#forgetting) this.#forgotten.add(topic);
    this.#settle();
  }

  #settle(): void {
    this.#writing = [];
    this.#forgetting = [];
  }

  #takeLater(nowMs: number, everything: boolean): readonly Topic[] {
    if (this.#may.size === 0 || (!everything && nowMs < this.#mayFromMs)) return [];
    const limit = everything ? Infinity : laterBatch;
    const taken: Topic[] = [];
    for (const topic of this.#may) {
      if (taken.length >= limit) break;
      taken.push(topic);
    }
    for (const topic of taken) this.#may.delete(topic);
    this.#mayFromMs = nowMs + (this.#may.size > 0 ? nextBatchMs : laterMs);
    return taken;
  }
}
