import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { SitesAnswer, SiteRequest, FaultMode, Site } from './site.js';

/** Asks a gateway that was started with `preload` about its fault points. One request at a time. */
export class ControlClient implements Disposable {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface(socket)[Symbol.asyncIterator]();
  }

  static async connect(path: string): Promise<ControlClient> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new ControlClient(socket);
  }

  async sites(): Promise<readonly Site[]> {
    return await this.#ask({});
  }

  async arm(key: string, mode: FaultMode, message: string): Promise<void> {
    await this.#ask({ arm: { key, mode, message } });
  }

  async disarm(): Promise<void> {
    await this.#ask({ disarm: true });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #ask(request: SiteRequest): Promise<readonly Site[]> {
    this.#socket.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error('the gateway closed the control socket: its process ended');
    return (JSON.parse(line.value) as SitesAnswer).sites;
  }
}
