import type { Duplex } from 'node:stream';
import type { Transport, TransportReceiver } from './transport.js';

/** A Transport over one end of a socket pair: the extra stdio pipe of a child, or its fd 3 on the other side. */
export class StreamTransport implements Transport {
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    this.#stream = stream;
    // Killing the peer raises ECONNRESET or EPIPE; without a listener that would be an uncaught exception.
    stream.on('error', () => undefined);
    readsOnWhenWritesFail(stream);
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

/**
 * Node breaks a stream at the first write that fails, with all that was not read yet: the reason that a process gave for its end, if it
 * ended just before. Here what can't be written is dropped, and the stream ends when all is read.
 */
function readsOnWhenWritesFail(stream: Duplex): void {
  const write = stream._write.bind(stream);
  const writev = stream._writev?.bind(stream);
  stream._write = (chunk, encoding, done) => write(chunk, encoding, () => done());
  if (writev) stream._writev = (chunks, done) => writev(chunks, () => done());
}
