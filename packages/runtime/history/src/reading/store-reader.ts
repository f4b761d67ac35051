import { setImmediate } from 'node:timers/promises';
import { GatewayError } from '@fieldwarden/core';
import { maxHistoryRows, type HistoryExtent, type HistoryPage, type RawHistoryRequest } from '@fieldwarden/service';
import type { HistoryStore } from '../store/history-store.js';
import type { HistoryQuestion } from '../worker/messages.js';
import { rawPage } from './raw-page.js';
import type { StoreSource } from './store-source.js';

/** Work of one question before others are looked at. */
const stretchMs = 5;

/** Answers the questions of the desk, several at a time: each works for some milliseconds, then the next does. */
export class StoreReader {
  readonly #store: HistoryStore;

  constructor(store: HistoryStore) {
    this.#store = store;
  }

  /** As `HistoryDesk` says. */
  async ask(question: HistoryQuestion, request: unknown): Promise<unknown> {
    await this.#store.ready();
    switch (question) {
      case 'raw':
        return await this.#raw(request as RawHistoryRequest);
      case 'extents':
        return (request as readonly string[]).map((path) => this.#extent(path));
      case 'paths':
        return this.#store.paths();
      default:
        throw new GatewayError({ code: 'HISTORY_UNSUPPORTED', kind: 'unsupported', message: `${question} is not answered` });
    }
  }

  async #raw(request: RawHistoryRequest): Promise<HistoryPage> {
    const limit = Math.min(maxHistoryRows, Math.max(1, Math.trunc(request.limit)));
    const source = this.#source(request.path);
    const fromMs = request.cursor === undefined ? request.fromMs : Number(request.cursor.split('~')[0]);
    return await rawPage(source.from(fromMs), { ...request, limit }, this.#pauses());
  }

  #extent(path: string): HistoryExtent | null {
    const source = this.#store.source(path);
    const extent = source?.extent();
    if (!source || !extent) return null;
    return { oldestMs: extent[0], newestMs: extent[1], type: source.type, stepped: this.#store.isStepped(path) };
  }

  #source(path: string): StoreSource {
    const source = this.#store.source(path);
    if (source) return source;
    throw new GatewayError({ code: 'TAG_UNKNOWN', kind: 'config', message: `nothing was ever kept of a tag ${path}` });
  }

  /** Lets others work when this one has for a while. */
  #pauses(): () => Promise<void> {
    let until = performance.now() + stretchMs;
    return async () => {
      if (performance.now() < until) return;
      await setImmediate();
      await this.#store.ready();
      until = performance.now() + stretchMs;
    };
  }
}
