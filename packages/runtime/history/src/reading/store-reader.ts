import { setImmediate } from 'node:timers/promises';
import { GatewayError } from '@fieldwarden/core';
import {
  atTime,
  buckets,
  defaultConfiguration,
  processedPage,
  rawPage,
  startOfRawPage,
} from '@fieldwarden/history-kit';
import {
  maxHistoryRows,
  type HistoryAggregateConfiguration,
  type HistoryAtTimeRequest,
  type HistoryBuckets,
  type HistoryBucketsRequest,
  type HistoryExtent,
  type HistoryPage,
  type HistoryRows,
  type ProcessedHistoryRequest,
  type RawHistoryRequest,
} from '@fieldwarden/service';
import type { HistoryStore } from '../store/history-store.js';
import type { HistoryQuestion } from '../worker/messages.js';
import { joinedBuckets, joinedRows } from './joined-answers.js';
import { Stretches } from './stretches.js';
import type { StoreSource } from './store-source.js';

/** Answers the questions of the desk, several at a time: each works for some milliseconds, then the next does. */
export class StoreReader {
  readonly #store: HistoryStore;

  constructor(store: HistoryStore) {
    this.#store = store;
  }

  /** As `HistoryDesk` says. */
  async ask(question: HistoryQuestion, request: unknown): Promise<unknown> {
    this.#store.freshen();
    await this.#store.ready();
    switch (question) {
      case 'raw':
        return this.#raw(request as RawHistoryRequest);
      case 'atTime':
        return await this.#atTime(request as HistoryAtTimeRequest);
      case 'processed':
        return await this.#processed(request as ProcessedHistoryRequest);
      case 'buckets':
        return await this.#buckets(request as HistoryBucketsRequest);
      case 'extents':
        return await this.#extents(request as readonly string[]);
      case 'paths':
        return this.#store.paths();
    }
  }

  /** At most `maxHistoryRows`: some milliseconds. */
  #raw(request: RawHistoryRequest): HistoryPage {
    return rawPage(this.#source(request.path).from(startOfRawPage(request)), request);
  }

  async #atTime({ path, timesMs, simpleBounds = false }: HistoryAtTimeRequest): Promise<HistoryRows> {
    if (timesMs.length > maxHistoryRows) throw tooMuch(`${maxHistoryRows} times are answered at most`);
    const source = this.#source(path);
    const configuration = this.#configurationOf(path, source);
    const parts: HistoryRows[] = [];
    await this.#stretches(timesMs.length, (from, to) => {
      const times = timesMs.slice(from, to);
      parts.push(atTime(source.from(Math.min(...times)), times, simpleBounds, configuration));
    });
    return joinedRows(source.type, parts);
  }

  async #processed(request: ProcessedHistoryRequest): Promise<HistoryPage> {
    const source = this.#source(request.path);
    const configuration = this.#configurationOf(request.path, source);
    const limit = Math.max(1, Math.min(request.limit, maxHistoryRows));
    const parts: HistoryPage[] = [];
    let cursor = request.cursor;
    await this.#stretches(limit, (from, to) => {
      const place = cursor === undefined ? 0 : Number(cursor);
      const step = request.toMs < request.fromMs ? -request.intervalMs : request.intervalMs;
      const page = processedPage(source.from(request.fromMs + place * step), { ...request, cursor, limit: to - from }, configuration); // prettier-ignore
      parts.push(page);
      cursor = page.next ?? undefined;
      return page.next !== null;
    });
    return { ...joinedRows(parts[0].type, parts), next: parts.at(-1)!.next };
  }

  async #buckets(request: HistoryBucketsRequest): Promise<HistoryBuckets> {
    const source = this.#source(request.path);
    const [fromMs, toMs] = [Math.min(request.fromMs, request.toMs), Math.max(request.fromMs, request.toMs)];
    if (!(await this.#hasMoreThan(request.buckets, source, fromMs, toMs))) return buckets(source.from(fromMs), request);
    const edge = (index: number): number => fromMs + ((toMs - fromMs) * index) / request.buckets;
    const parts: HistoryBuckets[] = [];
    await this.#stretches(request.buckets, (from, to) => {
      const part = { fromMs: edge(from), toMs: to === request.buckets ? toMs : edge(to), buckets: to - from };
      parts.push(buckets(source.from(part.fromMs), part));
    });
    return joinedBuckets(source.type, parts);
  }

  /** By heads only. Those at the ends may lie outside in part. */
  async #hasMoreThan(least: number, source: StoreSource, fromMs: number, toMs: number): Promise<boolean> {
    const turns = new Stretches();
    let count = 0;
    for (const { summary } of source.from(fromMs).later()) {
      if (summary.firstAtMs >= toMs) return false;
      if (summary.lastAtMs >= fromMs) count += summary.count;
      if (count > least) return true;
      if (turns.isOver) await this.#pause(turns);
    }
    return false;
  }

  async #extents(paths: readonly string[]): Promise<readonly (HistoryExtent | null)[]> {
    const turns = new Stretches();
    const extents: (HistoryExtent | null)[] = [];
    for (const path of paths) {
      extents.push(this.#extent(path));
      if (turns.isOver) await this.#pause(turns);
    }
    return extents;
  }

  #extent(path: string): HistoryExtent | null {
    const source = this.#store.source(path);
    const extent = source?.extent();
    if (!source || !extent) return null;
    return { oldestMs: extent[0], newestMs: extent[1], type: source.type, stepped: this.#store.isStepped(path) };
  }

  /** `work` on 0 to `count` in pieces of some milliseconds each; false from it: that was all. */
  async #stretches(count: number, work: (from: number, to: number) => boolean | void): Promise<void> {
    const turns = new Stretches();
    for (let from = 0; from < count;) {
      const to = Math.min(count, from + turns.next);
      if (work(from, to) === false) return;
      turns.did();
      from = to;
      if (from < count) await this.#pause(turns);
    }
  }

  /** Lets others work. */
  async #pause(turns: Stretches): Promise<void> {
    await setImmediate();
    await this.#store.ready();
    turns.begin();
  }

  #source(path: string): StoreSource {
    const source = this.#store.source(path);
    if (source) return source;
    throw new GatewayError({ code: 'TAG_UNKNOWN', kind: 'config', message: `nothing was ever kept of a tag ${path}` });
  }

  #configurationOf(path: string, { type }: StoreSource): HistoryAggregateConfiguration {
    return { ...defaultConfiguration(type), stepped: this.#store.isStepped(path) };
  }
}

function tooMuch(message: string): GatewayError {
  return new GatewayError({ code: 'HISTORY_RANGE_INVALID', kind: 'config', message });
}
