import type { OutboxDatabase, OutboxTransaction } from '../file/outbox-database.js';
import type { StoredMessage } from '../outbox-message.js';
import { decodeQuarantined, encodeQuarantined } from '../records/quarantined-record.js';
import { recordKinds } from '../records/record-key.js';

const maxMessages = 100;
const maxBytes = 4 << 20;

/** Copies of messages that broke whoever got them, for people to look at: the newest. */
export class Quarantine {
  readonly #box: number;
  #messages: StoredMessage[] = [];
  readonly #gone = new Set<number>();
  /** What changed since the last commit, and within the one under way. */
  #isChanged = false;
  #isWriting = false;

  constructor(database: OutboxDatabase, box: number) {
    this.#box = box;
    for (const { number, record, isSound } of database.batch(recordKinds.quarantined, box, 0, maxMessages))
      if (isSound) this.#messages.push(decodeQuarantined(number, record));
  }

  get isChanged(): boolean {
    return this.#isChanged;
  }

  add(message: StoredMessage): void {
    this.#messages.push(message);
    while (this.#messages.length > maxMessages || (this.#messages.length > 1 && this.#bytes() > maxBytes))
      this.#gone.add(this.#messages.shift()!.sequence);
    this.#isChanged = true;
  }

  newest(limit: number): readonly StoredMessage[] {
    return this.#messages
      .slice(-limit || this.#messages.length)
      .reverse()
      .slice(0, limit)
      .map((message) => ({ ...message, payload: Buffer.from(message.payload) }));
  }

  write(transaction: OutboxTransaction): void {
    this.#isWriting = this.#isChanged;
    if (!this.#isChanged) return;
    this.#isChanged = false;
    for (const sequence of this.#gone) transaction.remove(recordKinds.quarantined, this.#box, sequence);
    for (const message of this.#messages)
      transaction.put(recordKinds.quarantined, this.#box, message.sequence, encodeQuarantined(message));
  }

  written(): void {
    if (this.#isWriting && !this.#isChanged) this.#gone.clear();
    this.#isWriting = false;
  }

  notWritten(): void {
    this.#isChanged ||= this.#isWriting;
    this.#isWriting = false;
  }

  #bytes(): number {
    return this.#messages.reduce((sum, { payload }) => sum + payload.length, 0);
  }
}
