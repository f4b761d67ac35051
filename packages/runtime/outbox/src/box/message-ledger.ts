import type { FoundRecord, OutboxDatabase, OutboxTransaction } from '../file/outbox-database.js';
import type { StoredMessage } from '../outbox-message.js';
import { dropReasons, type DropReason } from '../outbox-state.js';
import { decodeMessage, encodeMessage, messageFacts } from '../records/message-record.js';
import { recordKinds } from '../records/record-key.js';
import { TopicBook, type Topic } from './topic-book.js';
import { TopicWrites } from './topic-writes.js';
import { copyOf, WaitingMessages, type WaitingMessage } from './waiting-messages.js';

/** Messages that are gone and still in the file. */
const maxRemoved = 65_536;

/** Messages in one transaction. */
const maxWritten = 5_000;

/** Keys read at once. */
const keyBatch = 256;

/** The messages of one outbox that are pending, in the file and before it, and the counters that go with them. */
export class MessageLedger {
  readonly topics = new TopicBook();
  readonly topicWrites: TopicWrites;
  readonly waiting = new WaitingMessages();
  pending = 0;
  /** Of topics and payloads. */
  bytes = 0;
  /** Records that were not what had been written. */
  damaged = 0;
  readonly dropped: number[] = dropReasons.map(() => 0);
  readonly #database: OutboxDatabase;
  readonly #box: number;
  #removed = new Set<number>();
  /** In the commit under way. */
  #writing = new Map<number, WaitingMessage>();
  #removing = new Set<number>();

  constructor(database: OutboxDatabase, box: number) {
    this.#database = database;
    this.#box = box;
    this.topicWrites = new TopicWrites(box);
  }

  get mustBeWritten(): boolean {
    return this.waiting.size + this.#removed.size > 0 || this.topicWrites.mustBeWritten;
  }

  /** So much is gone and still in the file that nobody should let more go. */
  get isHeldUp(): boolean {
    return this.#removed.size + this.#removing.size >= maxRemoved;
  }

  /** Of those that are not in the file for sure. */
  get firstWaiting(): number | undefined {
    for (const sequence of this.#writing.keys()) return sequence;
    return this.waiting.first;
  }

  topic(name: string): Topic {
    return this.topics.ofName(name, (topic) => this.topicWrites.forget(topic));
  }

  /** False while messages of it are pending, and where there is none. */
  forget(name: string): boolean {
    const topic = this.topics.get(name);
    if (!topic || topic.pending > 0) return false;
    this.topics.forget(topic);
    this.topicWrites.forget(topic);
    return true;
  }

  append(message: WaitingMessage): void {
    this.waiting.add(message);
    message.topic.waiting += 1;
    this.count(message.topic, message.payload.length);
  }

  /** One more is pending. */
  count(topic: Topic, payloadBytes: number): void {
    topic.appended += 1;
    topic.pending += 1;
    this.pending += 1;
    this.bytes += payloadBytes + topic.nameBytes;
  }

  /** It is not taken. */
  refuse(topic: Topic, reason: DropReason): void {
    topic.appended += 1;
    topic.count(reason);
    this.#countDropped(reason);
    this.topicWrites.now(topic);
  }

  /** Acknowledged where no reason is given. False if it is not pending. `nowMs`: on the monotonic clock. */
  release(sequence: number, reason: DropReason | undefined, nowMs: number): boolean {
    const waiting = this.waiting.get(sequence);
    if (waiting) {
      this.waiting.delete(waiting);
      waiting.topic.waiting -= 1;
      this.#gone(waiting.topic, waiting.payload.length, reason);
      if (reason === undefined) this.topicWrites.later(waiting.topic, nowMs);
      else this.topicWrites.now(waiting.topic);
      return true;
    }
    if (this.#isRemoved(sequence)) return false;
    const writing = this.#writing.get(sequence);
    if (writing) return this.#remove(sequence, writing.topic, writing.payload.length, reason);
    const found = this.#database.get(recordKinds.message, this.#box, sequence);
    if (!found) return false;
    const { topicNumber, payloadBytes } = messageFacts(found.record);
    const topic = this.topics.numbered(topicNumber);
    if (!found.isSound || !topic) this.#lose(found);
    else this.#remove(sequence, topic, payloadBytes, reason);
    return true;
  }

  copy(sequence: number): StoredMessage | undefined {
    return this.read(sequence - 1, 1, 0).find((message) => message.sequence === sequence);
  }

  read(after: number, limit: number, maxBytes: number): StoredMessage[] {
    const messages: StoredMessage[] = [];
    if (this.isHeldUp) return messages;
    let bytes = 0;
    const take = (payload: Uint8Array, message: () => StoredMessage): boolean => {
      bytes += payload.length;
      if (messages.length >= limit || (messages.length > 0 && bytes > maxBytes)) return false;
      messages.push(message());
      return true;
    };
    for (const sequence of this.#storedAfter(after, limit)) {
      const record = this.#readStored(sequence);
      if (record && !take(record.payload, () => record)) return messages;
    }
    for (const message of this.#unwritten())
      if (message.sequence > after && !take(message.payload, () => copyOf(message))) return messages;
    return messages;
  }

  /** Those that are pending, oldest first; each may be released before the next is asked for. */
  *oldest(): Generator<{ readonly sequence: number; readonly appendedMs: number; readonly atMs: number }> {
    for (const sequence of this.#storedAfter(0, Infinity)) {
      const found = this.#database.get(recordKinds.message, this.#box, sequence);
      if (!found) continue;
      if (found.isSound) yield { sequence, ...decodeMessage(found.record) };
      else this.#lose(found);
    }
    yield* [...this.#unwritten()];
  }

  /** Within a transaction. All books first: should a put fail, `notWritten` finds them in order. */
  write(transaction: OutboxTransaction, nowMs: number, bounds: { appendBytes: number; everything: boolean }): void {
    this.#removing = this.#removed;
    this.#removed = new Set();
    this.#writing =
      bounds.appendBytes > 0 ? this.waiting.take(maxWritten, bounds.appendBytes) : new Map<number, WaitingMessage>();
    for (const { topic } of this.#writing.values()) {
      topic.waiting -= 1;
      this.topicWrites.now(topic);
    }
    for (const sequence of this.#removing) transaction.remove(recordKinds.message, this.#box, sequence);
    for (const [sequence, message] of this.#writing) {
      const record = encodeMessage({ ...message, topicNumber: message.topic.number });
      transaction.put(recordKinds.message, this.#box, sequence, record);
    }
    this.topicWrites.write(transaction, nowMs, bounds.everything);
  }

  written(): void {
    this.#writing = new Map();
    this.#removing = new Set();
    this.topicWrites.written();
  }

  /** Part of it may be in the file: what is written and removed once more does no harm. */
  notWritten(): void {
    for (const sequence of this.#removing) this.#removed.add(sequence);
    const alive = [...this.#writing.values()].filter(({ sequence }) => !this.#removed.has(sequence));
    for (const { topic } of alive) topic.waiting += 1;
    this.waiting.putBack(alive);
    this.topicWrites.notWritten();
    this.#writing = new Map();
    this.#removing = new Set();
  }

  /** The record goes; its topic is told as far as it can be known. */
  lose(found: FoundRecord): void {
    this.#removed.add(found.number);
    this.damaged += 1;
    this.#countDropped('disk');
  }

  addDropped(reason: DropReason, messages: number): void {
    this.dropped[dropReasons.indexOf(reason)] += messages;
  }

  #lose(found: FoundRecord): void {
    this.lose(found);
    const { topicNumber, payloadBytes } = messageFacts(found.record);
    const topic = this.topics.numbered(topicNumber);
    this.pending -= 1;
    this.bytes = Math.max(0, this.bytes - payloadBytes - (topic?.nameBytes ?? 0));
    if (!topic || topic.pending === 0) return;
    topic.pending -= 1;
    topic.count('disk');
    this.topicWrites.now(topic);
  }

  #remove(sequence: number, topic: Topic, payloadBytes: number, reason: DropReason | undefined): true {
    this.#removed.add(sequence);
    this.#gone(topic, payloadBytes, reason);
    this.topicWrites.now(topic);
    return true;
  }

  #gone(topic: Topic, payloadBytes: number, reason: DropReason | undefined): void {
    topic.pending -= 1;
    topic.count(reason);
    this.pending -= 1;
    this.bytes -= payloadBytes + topic.nameBytes;
    if (reason !== undefined) this.#countDropped(reason);
  }

  #countDropped(reason: DropReason): void {
    this.addDropped(reason, 1);
  }

  #isRemoved(sequence: number): boolean {
    return this.#removed.has(sequence) || this.#removing.has(sequence);
  }

  *#storedAfter(after: number, limit: number): Generator<number> {
    const size = Math.min(limit, keyBatch);
    for (let from = after, more = true; more;) {
      const numbers = this.#database.numbers(recordKinds.message, this.#box, from, size);
      more = numbers.length === size && size > 0;
      from = numbers.at(-1) ?? from;
      // What is being written may be visible already.
      for (const number of numbers) if (!this.#isRemoved(number) && !this.#writing.has(number)) yield number;
    }
  }

  *#unwritten(): Generator<WaitingMessage> {
    for (const message of this.#writing.values()) if (!this.#isRemoved(message.sequence)) yield message;
    yield* this.waiting.all();
  }

  #readStored(sequence: number): StoredMessage | undefined {
    const found = this.#database.get(recordKinds.message, this.#box, sequence);
    if (!found) return undefined;
    if (found.isSound) {
      const { topicNumber, qos, retain, atMs, payload } = decodeMessage(found.record);
      const topic = this.topics.numbered(topicNumber);
      if (topic) return { sequence, topic: topic.name, qos, retain, atMs, payload };
    }
    this.#lose(found);
    return undefined;
  }
}
