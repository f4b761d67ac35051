import type { StoredMessage } from '../outbox-message.js';
import type { Topic } from './topic-book.js';

/** A message that is not in the file. */
export interface WaitingMessage extends Omit<StoredMessage, 'topic'> {
  readonly topic: Topic;
  /** When it was appended, on the outbox's own clock. */
  readonly appendedMs: number;
}

/** What a waiting message takes besides its payload, roughly. */
const overheadBytes = 300;

/** In memory at most: the room of a burst, or of a disk that takes nothing for a while. */
export const maxWaiting = { messages: 200_000, bytes: 64 << 20 } as const;

/** Messages that are not in the file yet, in the order of their sequences. */
export class WaitingMessages {
  #messages = new Map<number, WaitingMessage>();
  #bytes = 0;

  get size(): number {
    return this.#messages.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Sequence of the first. */
  get first(): number | undefined {
    for (const sequence of this.#messages.keys()) return sequence;
    return undefined;
  }

  hasRoomFor(payloadBytes: number): boolean {
    return this.size < maxWaiting.messages && this.#bytes + payloadBytes + overheadBytes <= maxWaiting.bytes;
  }

  add(message: WaitingMessage): void {
    this.#messages.set(message.sequence, message);
    this.#bytes += sizeOf(message);
  }

  get(sequence: number): WaitingMessage | undefined {
    return this.#messages.get(sequence);
  }

  delete(message: WaitingMessage): void {
    if (this.#messages.delete(message.sequence)) this.#bytes -= sizeOf(message);
  }

  all(): Iterable<WaitingMessage> {
    return this.#messages.values();
  }

  /** Takes out the first ones. */
  take(limit: number, maxPayloadBytes: number): Map<number, WaitingMessage> {
    const taken = new Map<number, WaitingMessage>();
    let bytes = 0;
    for (const message of this.#messages.values()) {
      bytes += message.payload.length;
      if (taken.size >= limit || bytes > maxPayloadBytes) break;
      taken.set(message.sequence, message);
    }
    for (const message of taken.values()) this.delete(message);
    return taken;
  }

  /** They were taken, and come before all others. */
  putBack(messages: Iterable<WaitingMessage>): void {
    const later = this.#messages;
    this.#messages = new Map();
    for (const message of messages) this.add(message);
    for (const [sequence, message] of later) this.#messages.set(sequence, message);
  }
}

function sizeOf({ payload }: WaitingMessage): number {
  return payload.length + overheadBytes;
}

/** Shares no memory with the outbox. */
export function copyOf({ sequence, topic, payload, qos, retain, atMs }: WaitingMessage): StoredMessage {
  return { sequence, topic: topic.name, payload: Buffer.from(payload), qos, retain, atMs };
}
