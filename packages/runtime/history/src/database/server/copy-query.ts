import type { Connection, Submittable } from 'pg';

/** What `pg` gives to a query that copies; not in its types. */
interface CopyingConnection extends Connection {
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
}

/** `COPY … FROM STDIN` of bytes that are all there. `pg` calls its methods. */
export class CopyQuery implements Submittable {
  readonly #text: string;
  readonly #bytes: Uint8Array;
  readonly #done = Promise.withResolvers<void>();

  constructor(text: string, bytes: Uint8Array) {
    this.#text = text;
    this.#bytes = bytes;
  }

  /** Rejects with what the server, or the connection, says. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyingConnection): void {
    connection.sendCopyFromChunk(this.#bytes);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // The server is ready for the next one only later.
  }

  handleReadyForQuery(): void {
    this.#done.resolve();
  }

  handleError(error: unknown): void {
    this.#done.reject(error);
  }
}
