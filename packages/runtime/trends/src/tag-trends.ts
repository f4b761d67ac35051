import { isBad, isNumericColumn, statusCodes, type Clock } from '@fieldwarden/core';
import type { TagHandle, TagStore } from '@fieldwarden/tags';
import { ObjectRing } from './object-ring.js';
import { sampleBytes, TrendRing, type TrendPoint } from './trend-ring.js';

export interface TagTrendsOptions {
  /** For all tags together. Default: 32 MiB. */
  readonly budgetBytes?: number;
  /** Kept of one tag, at most one per second: 900 are 15 minutes of a tag that changes each second, and more of any other. */
  readonly samplesPerTag?: number;
}

export interface TagTrend {
  /** From here on nothing is missing, ms since 1970 UTC. */
  readonly keptFromMs: number;
  /** Oldest first. Begins with the one that held at the time asked for. */
  readonly points: readonly TrendPoint[];
}

interface Kept {
  readonly ring: TrendRing | ObjectRing;
  readonly beganAtMs: number;
  asked: boolean;
}

/**
 * What tags did in the last minutes. A plant that fits into the budget is kept whole; of a larger one only tags that somebody asked
 * for, from then on, and those least lately asked for make room for others.
 */
export class TagTrends implements Disposable {
  readonly #store: TagStore;
  readonly #clock: Clock;
  readonly #samples: number;
  readonly #maxTags: number;
  /** By handle, 1 = kept; so that a change of any other tag costs one look. */
  #isKept = new Uint8Array(0);
  /** Least lately asked for first. */
  readonly #kept = new Map<TagHandle, Kept>();
  readonly #subscriptions: readonly Disposable[];

  constructor(store: TagStore, clock: Clock, { budgetBytes = 32 << 20, samplesPerTag = 900 }: TagTrendsOptions = {}) {
    this.#store = store;
    this.#clock = clock;
    this.#samples = samplesPerTag;
    this.#maxTags = Math.max(1, Math.floor(budgetBytes / (samplesPerTag * sampleBytes)));
    this.#subscriptions = [
      store.onChange((handles, count) => this.#changed(handles, count)),
      store.onDefinition({
        defined: (handles) => this.#defined(handles),
        removed: (handles) => this.#removed(handles),
      }),
    ];
    this.#defined(Uint32Array.from(store.entries(), ([, handle]) => handle));
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#kept.clear();
  }

  /** Tags whose past is kept now. */
  get size(): number {
    return this.#kept.size;
  }

  /** Of all samples, as they are stored. */
  get bytes(): number {
    let sum = 0;
    for (const { ring } of this.#kept.values()) sum += ring.bytes;
    return sum;
  }

  /** Between two source times, ms since 1970 UTC, both included. Undefined if there is no such tag; asking begins to keep its past. */
  history(path: string, fromMs: number, toMs: number): TagTrend | undefined {
    const handle = this.#store.handleOf(path);
    if (handle === undefined) return undefined;
    const kept = this.#ask(handle);
    const points = this.#points(handle, kept.ring);
    const held = points.findLastIndex(({ sourceAtMs }) => sourceAtMs <= fromMs);
    const asked = points.filter(({ sourceAtMs }, i) => i === held || (sourceAtMs > fromMs && sourceAtMs <= toMs));
    const oldest = points.at(0)?.sourceAtMs ?? kept.beganAtMs;
    return { keptFromMs: kept.ring.forgot ? oldest : Math.min(oldest, kept.beganAtMs), points: asked };
  }

  /** The hot loop: two loads for a tag that is not kept. */
  #changed(handles: Uint32Array, count: number): void {
    if (this.#kept.size === 0) return;
    const isKept = this.#isKept;
    for (let i = 0; i < count; i += 1) {
      if (isKept[handles[i]] === 1) this.#record(handles[i]);
    }
  }

  #record(handle: TagHandle): void {
    const store = this.#store;
    const ring = this.#kept.get(handle)!.ring;
    const status = store.status(handle);
    const value = store.value(handle);
    const sourceAtMs = store.sourceAtMs(handle);
    // a value that went stale has no newer source time: what changed, now, is what we think of it
    const isRestated = sourceAtMs <= ring.lastAtMs && status !== ring.lastStatus;
    const atMs = isRestated ? Math.max(ring.lastAtMs, this.#clock.wallMs()) : sourceAtMs;
    if (ring instanceof ObjectRing) ring.record(atMs, value, status);
    else ring.record(atMs, value === null ? NaN : Number(value), status);
  }

  #points(handle: TagHandle, ring: TrendRing | ObjectRing): readonly TrendPoint[] {
    const points: TrendPoint[] = [];
    if (ring instanceof ObjectRing)
      ring.forEach((sourceAtMs, value, status) => points.push({ sourceAtMs, value, status }));
    else {
      const isBool = this.#store.definition(handle)?.type.scalar === 'bool';
      ring.forEach((sourceAtMs, number, status) => {
        const value = Number.isNaN(number) && isBad(status) ? null : isBool ? number !== 0 : number;
        points.push({ sourceAtMs, value, status });
      });
    }
    return points;
  }

  #defined(handles: Uint32Array): void {
    if (this.#store.size <= this.#maxTags) for (const handle of handles) this.#keep(handle);
    else if (this.#kept.size > 0) this.#forgetUnasked();
  }

  #removed(handles: Uint32Array): void {
    for (const handle of handles) this.#forget(handle);
  }

  #ask(handle: TagHandle): Kept {
    const kept = this.#kept.get(handle) ?? this.#keep(handle);
    kept.asked = true;
    this.#kept.delete(handle);
    this.#kept.set(handle, kept);
    return kept;
  }

  #keep(handle: TagHandle): Kept {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#maxTags) this.#forget(oldest);
    const kept = { ring: this.#newRing(handle), beganAtMs: this.#clock.wallMs(), asked: false };
    this.#kept.set(handle, kept);
    this.#mark(handle);
    if (this.#store.status(handle) !== statusCodes.BadWaitingForInitialData) this.#record(handle);
    return kept;
  }

  #newRing(handle: TagHandle): TrendRing | ObjectRing {
    const definition = this.#store.definition(handle);
    return definition && !isNumericColumn(definition.type)
      ? new ObjectRing(this.#samples, this.#samples * sampleBytes)
      : new TrendRing(this.#samples);
  }

  #mark(handle: TagHandle): void {
    if (handle >= this.#isKept.length) {
      const larger = new Uint8Array(Math.max(1_024, 2 * (handle + 1)));
      larger.set(this.#isKept);
      this.#isKept = larger;
    }
    this.#isKept[handle] = 1;
  }

  #forget(handle: TagHandle): void {
    if (this.#kept.delete(handle)) this.#isKept[handle] = 0;
  }

  /** The plant has outgrown the budget: what is kept by chance would only seem to be kept of every tag. */
  #forgetUnasked(): void {
    for (const [handle, { asked }] of this.#kept) if (!asked) this.#forget(handle);
  }
}
