import { isBad, isNumericColumn, statusCodes, type Clock } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import { FollowedTags } from '@fieldwarden/tags/followed-tags';
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
  readonly path: string;
  readonly ring: TrendRing | ObjectRing;
  readonly beganAtMs: number;
  asked: boolean;
}

/**
 * What tags did in the last minutes. A plant that fits into the budget is kept whole; of a larger one only tags that somebody asked
 * for, from then on, and those least lately asked for make room for others.
 */
export class TagTrends implements Disposable {
  readonly #store: TagSource;
  readonly #clock: Clock;
  readonly #samples: number;
  readonly #maxTags: number;
  readonly #followed: FollowedTags<Kept>;
  /** By handle; least lately asked for first. */
  readonly #kept = new Map<number, Kept>();
  readonly #definitions: Disposable;

  constructor(store: TagSource, clock: Clock, { budgetBytes = 32 << 20, samplesPerTag = 900 }: TagTrendsOptions = {}) {
    this.#store = store;
    this.#clock = clock;
    this.#samples = samplesPerTag;
    this.#maxTags = Math.max(1, Math.floor(budgetBytes / (samplesPerTag * sampleBytes)));
    this.#followed = new FollowedTags<Kept>(store, { changed: (handle, { ring }) => this.#record(handle, ring) });
    this.#definitions = store.onDefinition({
      defined: (handles) => this.#defined(handles),
      removed: (handles) => handles.forEach((handle) => this.#forget(handle)),
    });
    this.#defined(Uint32Array.from(store.entries(), ([, handle]) => handle));
  }

  [Symbol.dispose](): void {
    this.#followed[Symbol.dispose]();
    this.#definitions[Symbol.dispose]();
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

  #record(handle: number, ring: TrendRing | ObjectRing): void {
    const store = this.#store;
    const status = store.status(handle);
    const value = store.value(handle);
    const sourceAtMs = store.sourceAtMs(handle);
    // a value that went stale has no newer source time: what changed, now, is what we think of it
    const isRestated = sourceAtMs <= ring.lastAtMs && status !== ring.lastStatus;
    const atMs = isRestated ? Math.max(ring.lastAtMs, this.#clock.wallMs()) : sourceAtMs;
    if (ring instanceof ObjectRing) ring.record(atMs, value, status);
    else ring.record(atMs, value === null ? NaN : Number(value), status);
  }

  #points(handle: number, ring: TrendRing | ObjectRing): readonly TrendPoint[] {
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

  #ask(handle: number): Kept {
    const kept = this.#kept.get(handle) ?? this.#keep(handle);
    kept.asked = true;
    this.#kept.delete(handle);
    this.#kept.set(handle, kept);
    return kept;
  }

  #keep(handle: number): Kept {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#maxTags) this.#forget(oldest);
    const { path } = this.#store.definition(handle)!;
    const kept = { path, ring: this.#newRing(handle), beganAtMs: this.#clock.wallMs(), asked: false };
    this.#kept.set(handle, kept);
    this.#followed.follow(path, kept);
    if (this.#store.status(handle) !== statusCodes.BadWaitingForInitialData) this.#record(handle, kept.ring);
    return kept;
  }

  #newRing(handle: number): TrendRing | ObjectRing {
    const definition = this.#store.definition(handle);
    return definition && !isNumericColumn(definition.type)
      ? new ObjectRing(this.#samples, this.#samples * sampleBytes)
      : new TrendRing(this.#samples);
  }

  #forget(handle: number): void {
    const kept = this.#kept.get(handle);
    if (!kept) return;
    this.#kept.delete(handle);
    this.#followed.unfollow(kept.path);
  }

  /** The plant has outgrown the budget: what is kept by chance would only seem to be kept of every tag. */
  #forgetUnasked(): void {
    for (const [handle, { asked }] of this.#kept) if (!asked) this.#forget(handle);
  }
}
