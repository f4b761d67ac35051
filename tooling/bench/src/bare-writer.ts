import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** The peer of a write: the same requests without a gateway. See `bare-writer-thread.ts`. */
export class BareWriter implements AsyncDisposable {
  readonly #thread: Worker;

  constructor(port: number) {
    this.#thread = new Worker(new URL('bare-writer-thread.js', import.meta.url), { workerData: port });
  }

  /** Milliseconds for two registers to each address, one request at a time. */
  async write(addresses: readonly number[]): Promise<number> {
    this.#thread.postMessage(addresses);
    const [durationMs] = (await once(this.#thread, 'message')) as [number];
    return durationMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.terminate();
  }
}
