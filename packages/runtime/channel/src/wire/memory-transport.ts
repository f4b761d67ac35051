import type { Transport, TransportReceiver } from './transport.js';

export interface MemoryTransportOptions {
  /** Cuts what is sent into the pieces that arrive; default: whole. */
  readonly split?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** `send` returns false while more than this is under way. */
  readonly highWaterMarkBytes?: number;
}

/** One end of a stream in memory. Bytes arrive in a later turn of the event loop, as they do from a socket. */
export class MemoryTransport implements Transport {
  readonly #options: MemoryTransportOptions;
  readonly #queue: Uint8Array[] = [];
  #peer: MemoryTransport | undefined;
  #receiver: TransportReceiver | undefined;
  #queuedBytes = 0;
  #scheduled = false;
  #held = false;
  #closed = false;
  #full = false;

  private constructor(options: MemoryTransportOptions) {
    this.#options = options;
  }

  static pair(options: MemoryTransportOptions = {}): [MemoryTransport, MemoryTransport] {
    const left = new MemoryTransport(options);
    const right = new MemoryTransport(options);
    left.#peer = right;
    right.#peer = left;
    return [left, right];
  }

  send(bytes: Uint8Array): boolean {
    if (this.#closed) return false;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#schedule();
    this.#full ||= this.#queuedBytes > (this.#options.highWaterMarkBytes ?? 65_536);
    return !this.#full;
  }

  receive(receiver: TransportReceiver): void {
    this.#receiver = receiver;
  }

  /** Nothing sent from this end arrives until `release`, as with a stopped peer. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#schedule();
  }

  /** Ends the stream for both sides, at once; what is under way is lost. */
  close(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#receiver?.closed(error);
    this.#peer?.close(error);
  }

  #schedule(): void {
    if (this.#scheduled || this.#held || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    if (this.#held) return;
    const sent = this.#queue.splice(0);
    this.#queuedBytes = 0;
    for (const bytes of sent) {
      for (const piece of this.#options.split?.(bytes) ?? [bytes]) {
        if (this.#closed) return;
        this.#peer!.#receiver?.bytes(piece);
      }
    }
    if (this.#full && !this.#closed) {
      this.#full = false;
      this.#receiver?.drained();
    }
  }
}
