import { isNumericColumn, messageOf, type Clock, type Logger, type TagValue, type Timer } from '@fieldwarden/core';
import type { ServiceTable, TagRows } from '@fieldwarden/service';
import type { TagHandle } from '../store/tag-registry.js';
import type { TagStore } from '../store/tag-store.js';
import { chunkSize, sourceOf, TagChunk, type ChunkLayout, type ChunkValues } from './tag-chunk.js';

/** SPEC §17.1: at most every 10 s; of more than 100,000 tags more seldom, so that a disk gets no more than some 200 kB a second. */
const flushMs = 10_000;
const flushMsPerTag = 0.1;

/** So long a flush keeps others waiting, and one chunk more. */
const sliceMs = 1;

/** Chunks in one commit, which nobody interrupts: a few milliseconds while the plant runs, what fits into memory at the end. */
const chunksPerCommit = 8;
const chunksPerLastCommit = 64;

export interface LastValuesDependencies {
  readonly store: TagStore;
  readonly table: ServiceTable;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The last values of all tags over a restart (SPEC §17.1): columns of 1,024 tags in a record, and which tags those are in another. A tag that is
 * Bad keeps what it had before.
 */
export class LastValues {
  readonly #deps: LastValuesDependencies;
  readonly #listening: Disposable;
  readonly #chunks: TagChunk[] = [];
  readonly #scratch: TagRows = {
    values: new Float64Array(chunkSize),
    statuses: new Uint32Array(chunkSize),
    sourceTimes: new Float64Array(chunkSize),
    serverTimes: new Float64Array(chunkSize),
    objects: new Map(),
  };
  /** Chunks whose tags are others than in their record. */
  readonly #outdated = new Set<number>();
  /** Records of chunks that there are no more. */
  #strays: string[] = [];
  #version = 0;
  #timer: Timer | undefined;
  #isFlushing: Promise<void> | undefined;
  #isClosed = false;

  private constructor(deps: LastValuesDependencies) {
    this.#deps = deps;
    const outdated = (handles: Uint32Array): void => handles.forEach((handle) => this.#outdate(handle));
    this.#listening = deps.store.onDefinition({ defined: outdated, removed: outdated, redefined: outdated });
  }

  /**
   * Gives all tags that are there what they had, where `mayRecall` says so, and keeps what they get from now on. Called before anybody
   * follows the tags. Never rejects: without a file that can be read, nothing is recalled.
   */
  static async open(
    deps: LastValuesDependencies,
    mayRecall: (handle: TagHandle) => boolean = () => true,
  ): Promise<LastValues> {
    const values = new LastValues(deps);
    const { store, table, logger, clock } = deps;
    for (const [, handle] of store.entries()) values.#outdate(handle);
    try {
      const startMs = clock.monotonicMs();
      const recalled = values.#recall(new Map(await table.entries()), mayRecall);
      const tookMs = Math.round(clock.monotonicMs() - startMs);
      if (recalled > 0)
        logger.info(`${recalled} tags have their last value from before the start, uncertain`, { tookMs });
    } catch (error) {
      logger.warn(`last values of tags are not known: ${messageOf(error)}`, { error });
    }
    values.#arm();
    return values;
  }

  /** Takes the present of all tags, and hands it to the disk: before whoever feeds them is stopped. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.[Symbol.dispose]();
    await this.#isFlushing;
    await this.#flush(Infinity, chunksPerLastCommit);
    this.#listening[Symbol.dispose]();
  }

  #outdate(handle: TagHandle): void {
    const number = Math.floor(handle / chunkSize);
    this.#outdated.add(number);
    this.#chunks[number]?.outdate();
  }

  #arm(): void {
    if (this.#isClosed) return;
    const waitMs = Math.max(flushMs, this.#deps.store.size * flushMsPerTag);
    this.#timer = this.#deps.clock.setTimer(() => {
      this.#isFlushing = this.#flush(sliceMs, chunksPerCommit).finally(() => this.#arm());
    }, waitMs);
    this.#timer.unref();
  }

  async #flush(limitMs: number, perCommit: number): Promise<void> {
    const { table, clock, logger } = this.#deps;
    try {
      for (const key of this.#strays.splice(0)) table.delete(key);
      let put = 0;
      let sinceMs = clock.monotonicMs();
      const chunks = this.#lastChunk();
      for (let number = 0; number <= chunks; number += 1) {
        if (this.#put(number)) put += 1;
        if (put === perCommit) {
          put = 0;
          await table.settled();
          sinceMs = clock.monotonicMs();
        } else if (clock.monotonicMs() - sinceMs >= limitMs) {
          await new Promise<void>((resolve) => void clock.setTimer(resolve, 0));
          sinceMs = clock.monotonicMs();
        }
      }
      if (this.#isClosed) await table.settled();
    } catch (error) {
      // The store raises an alarm of its own while the disk takes nothing.
      logger.debug(`last values are not kept now: ${messageOf(error)}`, { error });
    }
  }

  /** Layout and values of a chunk go into one commit. True if there was something to be put. */
  #put(number: number): boolean {
    const { table } = this.#deps;
    const chunk = this.#chunk(number);
    const isOutdated = this.#outdated.delete(number);
    if (isOutdated) table.put(layoutKey(number), chunk.layout(this.#nextVersion()));
    const differs = chunk.take(this.#scratch);
    if (differs || isOutdated) table.put(valuesKey(number), chunk.values);
    return differs || isOutdated;
  }

  /** The records stay until the first flush: what the gateway had is not lost if it ends before. */
  #recall(records: ReadonlyMap<string, unknown>, mayRecall: (handle: TagHandle) => boolean): number {
    const { store } = this.#deps;
    const kept = keptValues(records);
    const used = new Set([...this.#outdated].flatMap((number) => [layoutKey(number), valuesKey(number)]));
    this.#strays = [...records.keys()].filter((key) => !used.has(key));
    for (const { version } of records.values() as Iterable<{ readonly version: number }>)
      this.#version = Math.max(this.#version, version);
    let recalled = 0;
    for (const number of this.#outdated) {
      const chunk = this.#chunk(number);
      for (const [row, path] of chunk.layout(this.#nextVersion()).paths.entries()) {
        const known = kept.get(path);
        const handle = store.handleOf(path);
        if (!known || handle === undefined || sourceOf(store, handle) !== known.source) continue;
        const value = isNumericColumn(store.terms(handle)!.type) ? known.number : known.object;
        if (value === undefined) continue;
        chunk.remember(row, value, known.sourceAtMs);
        if (!mayRecall(handle)) continue;
        store.recall(handle, value, known.sourceAtMs);
        recalled += 1;
      }
    }
    return recalled;
  }

  #chunk(number: number): TagChunk {
    return (this.#chunks[number] ??= new TagChunk(this.#deps.store, number * chunkSize));
  }

  #lastChunk(): number {
    return Math.max(this.#chunks.length - 1, ...this.#outdated);
  }

  #nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }
}

interface KeptRow {
  readonly source: number;
  readonly number: number;
  readonly object: TagValue | undefined;
  readonly sourceAtMs: number;
}

/** By path. Of a chunk whose records do not belong together nothing is known. */
function keptValues(records: ReadonlyMap<string, unknown>): ReadonlyMap<string, KeptRow> {
  const kept = new Map<string, KeptRow>();
  for (const [key, record] of records) {
    if (!key.startsWith('layout/')) continue;
    const layout = record as ChunkLayout;
    const values = records.get(`values/${key.slice('layout/'.length)}`) as ChunkValues | undefined;
    if (values?.version !== layout.version) continue;
    for (const [row, path] of layout.paths.entries()) {
      const sourceAtMs = values.sourceTimes[row];
      if (Number.isNaN(sourceAtMs)) continue;
      const object = values.objects.get(row);
      kept.set(path, { source: layout.sources[row], number: values.numbers[row], object, sourceAtMs });
    }
  }
  return kept;
}

const layoutKey = (number: number): string => `layout/${number}`;
const valuesKey = (number: number): string => `values/${number}`;
