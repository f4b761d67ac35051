import type { ReceivedMessage } from '../payload/received-message.js';

/** All payloads together. Beyond it the oldest go: a tag that comes later then waits for the next message. */
const maxBytes = 16 * 1024 * 1024;
const maxPayloadBytes = 256 * 1024;
/** What an entry costs beside its payload. */
const entryBytes = 200;

/** The last message of each topic that tags have, for tags that come later: a broker tells it once. */
export class KeptMessages {
  readonly #byTopic = new Map<string, ReceivedMessage>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** `message` owns its payload. */
  keep(message: ReceivedMessage): void {
    this.#drop(message.topic);
    if (message.payload.length > maxPayloadBytes) return;
    this.#byTopic.set(message.topic, message);
    this.#bytes += sizeOf(message);
    while (this.#bytes > maxBytes) this.#drop(this.#byTopic.keys().next().value!);
  }

  all(): Iterable<ReceivedMessage> {
    return this.#byTopic.values();
  }

  get(topic: string): ReceivedMessage | undefined {
    return this.#byTopic.get(topic);
  }

  /** It came as it was published, so that what the broker keeps of it is no news. */
  isLive(topic: string, payload: Uint8Array): boolean {
    const last = this.#byTopic.get(topic);
    return last !== undefined && !last.isRetained && Buffer.compare(last.payload, payload) === 0;
  }

  clear(): void {
    this.#byTopic.clear();
    this.#bytes = 0;
  }

  #drop(topic: string): void {
    const message = this.#byTopic.get(topic);
    if (!message) return;
    this.#byTopic.delete(topic);
    this.#bytes -= sizeOf(message);
  }
}

function sizeOf({ topic, payload }: ReceivedMessage): number {
  return entryBytes + 2 * topic.length + payload.length;
}
