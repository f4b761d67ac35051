import { once } from 'node:events';
import type { Socket } from 'node:net';

/** A line from a client: asks for a tag, writes it, or wants to be told of all changes from now on. */
export type ClientLine =
  { readonly get: string } | { readonly set: string; readonly value: unknown } | { readonly follow: true };

/** A longer line is no line of ours. */
const longestLine = 65_536;

/** One connected client. Keeps no answer that the client does not fetch: it reads the next line when the last answer is on its way. */
export class MemoryClient {
  following = false;
  protected readonly socket: Socket;
  readonly #show: (path: string) => string;
  readonly #changed = new Set<string>();
  #telling = false;

  constructor(socket: Socket, show: (path: string) => string) {
    this.socket = socket;
    this.#show = show;
    socket.on('error', () => undefined); // `close` follows, and that is what counts
  }

  /** Ends when the client is gone. */
  async answer(reply: (line: ClientLine) => Promise<string>): Promise<void> {
    let rest = '';
    try {
      for await (const chunk of this.socket.setEncoding('utf8')) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop()!;
        if (rest.length > longestLine) break;
        for (const line of lines) await this.send(await reply(JSON.parse(line) as ClientLine));
      }
    } catch {
      // Gone, or it speaks another language: both end here.
    }
    this.close();
  }

  /** Resolves when there is room for the next line. */
  async send(line: string): Promise<void> {
    if (this.socket.destroyed) return;
    this.socket.write(`${line}\n`);
    if (this.socket.writableNeedDrain) await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]);
  }

  /** What changes again before the client had it is told once, as it is then. */
  tell(path: string): void {
    this.#changed.add(path);
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => void this.#tellAll().finally(() => (this.#telling = false)));
  }

  close(): void {
    this.socket.destroy();
  }

  async #tellAll(): Promise<void> {
    for (const path of this.#changed) {
      this.#changed.delete(path);
      await this.send(this.#show(path)).catch(() => undefined);
    }
  }
}
