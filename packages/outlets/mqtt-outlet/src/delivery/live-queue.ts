import type { StoredMessage } from '@fieldwarden/outbox';

/** Messages that are to go out before everything that waits on disk, first in, first out. Bounded by count and bytes. */
export class LiveQueue {
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #messages: (StoredMessage | undefined)[] = [];
  #first = 0;
  #bytes = 0;

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#messages.length - this.#first;
  }

  get isFull(): boolean {
    return this.length >= this.#maxMessages || this.#bytes >= this.#maxBytes;
  }

  get first(): StoredMessage | undefined {
    return this.#messages[this.#first];
  }

  push(message: StoredMessage): void {
    this.#messages.push(message);
    this.#bytes += message.payload.length;
  }

  shift(): StoredMessage | undefined {
    const message = this.#messages[this.#first];
    if (!message) return undefined;
    this.#messages[this.#first] = undefined;
    this.#first += 1;
    this.#bytes -= message.payload.length;
    if (this.#first > 1000 && this.#first * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#first);
      this.#first = 0;
    }
    return message;
  }

  clear(): void {
    this.#messages = [];
    this.#first = 0;
    this.#bytes = 0;
  }
}
