import type { ServerResponse } from 'node:http';
import { eventStream } from './json-http.ts';
import type { MadeUpPlant } from './made-up-plant.ts';

const batchMs = 50;

interface Stream {
  readonly send: ReturnType<typeof eventStream>;
  paths: readonly string[];
  next: number;
}

/** Streams of consoles: values of what they watch at a fixed rate each, and events. */
export class ValueStreams {
  readonly #plant: MadeUpPlant;
  readonly #perBatch: number;
  readonly #streams = new Map<string, Stream>();

  constructor(plant: MadeUpPlant, valuesPerSecond: number) {
    this.#plant = plant;
    this.#perBatch = Math.round((valuesPerSecond * batchMs) / 1_000);
    setInterval(() => this.#sendValues(), batchMs);
  }

  open(id: string, response: ServerResponse, hello: unknown): void {
    const send = eventStream(response);
    this.#streams.set(id, { send, paths: [], next: 0 });
    response.on('close', () => this.#streams.delete(id));
    send('hello', hello);
  }

  /** False if there is no such stream. */
  watch(id: string, paths: readonly string[]): boolean {
    const stream = this.#streams.get(id);
    if (!stream) return false;
    stream.paths = paths;
    stream.send('tag', { values: paths.map((path) => this.#plant.value(path, Date.now())) });
    return true;
  }

  sendEvent(event: { readonly type: string; readonly seq: number }): void {
    for (const { send } of this.#streams.values()) send(event.type, event, event.seq);
  }

  #sendValues(): void {
    const now = Date.now();
    for (const stream of this.#streams.values()) {
      if (stream.paths.length === 0) continue;
      const { paths, next } = stream;
      const values = Array.from({ length: this.#perBatch }, (_none, index) =>
        this.#plant.value(paths[(next + index) % paths.length], now),
      );
      stream.next = (next + this.#perBatch) % paths.length;
      stream.send('tag', { values });
    }
  }
}
