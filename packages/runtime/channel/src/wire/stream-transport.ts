import type { Duplex } from 'node:stream';
import type { Transport, TransportReceiver } from './transport.js';

/** A Transport over one end of a socket pair: the extra stdio pipe of a child, or its fd 3 on the other side. */
export class StreamTransport implements Transport {
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    this.#stream = stream;
    // Killing the peer raises ECONNRESET or EPIPE; without a listener that would be an uncaught exception.
    stream.on('error', () => undefined);
  }

  send(bytes: Uint8Array): boolean {
    return this.#stream.writable && this.#stream.write(bytes);
  }

  receive(receiver: TransportReceiver): void {
    let failure: Error | undefined;
    this.#stream.on('error', (error) => (failure = error));
    this.#stream.on('data', (chunk: Buffer) => receiver.bytes(chunk));
    this.#stream.on('drain', () => receiver.drained());
    this.#stream.once('end', () => this.#stream.destroy());
    this.#stream.once('close', () => receiver.closed(failure));
  }
}
