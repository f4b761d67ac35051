import type { PlantTag } from '@fieldwarden/gateway-contract';
import type { ChangedTag, PlantDevice, TagChanges } from '@fieldwarden/config';
import { statusCodes, type Clock } from '@fieldwarden/core';
import { type PolledTag, type TagHandle, type TagStore } from '@fieldwarden/tags';
import type { Point } from '@fieldwarden/driver';
import { definitionOf, isSameType, plantTagOf } from '@fieldwarden/gateway-contract';
import { pointOf } from './point-of.js';

export interface DeviceTagsDependencies {
  readonly driverId: string;
  readonly store: TagStore;
  readonly clock: Clock;
}

/** What a change of tags means for those who keep them fresh. */
export interface TagsOutcome {
  /** Gone, or to be asked for elsewhere: what is under way for them is not theirs. */
  readonly outdated: ReadonlySet<TagHandle>;
  /** Asked for as before, but without a value that counts. */
  readonly revalued: ReadonlySet<TagHandle>;
  /** Asked for as before and with a value, but the device may be told other intervals or deadbands. */
  readonly rehinted: ReadonlySet<TagHandle>;
  /** Without a value: new ones, and all of the above that are still there. */
  readonly waiting: Uint32Array<ArrayBuffer>;
}

/** The tags of one device: what stands in the store for them, and what is asked of the device. */
export class DeviceTags {
  readonly #deviceId: string;
  readonly #deps: DeviceTagsDependencies;
  #all: readonly PolledTag[];
  #handles: Uint32Array<ArrayBuffer>;
  /** Removed since the last `settle`. */
  #gone = new Set<TagHandle>();

  /** Defines them; each is Bad until its first value. */
  constructor({ id, tags }: PlantDevice, deps: DeviceTagsDependencies) {
    this.#deviceId = id;
    this.#deps = deps;
    this.#all = this.#define(tags);
    this.#handles = handlesOf(this.#all);
  }

  get all(): readonly PolledTag[] {
    return this.#all;
  }

  get handles(): Uint32Array<ArrayBuffer> {
    return this.#handles;
  }

  /** As configured. */
  get configured(): readonly PlantTag[] {
    const tags: PlantTag[] = []; // of thousands of tags, within the tick of an apply
    for (const { handle } of this.#all) {
      const definition = this.#deps.store.definition(handle);
      if (definition) tags.push(plantTagOf(definition));
    }
    return tags;
  }

  /** First half of a change: removes what goes, so that its paths are free for whoever takes them over. */
  withdraw({ removed, changed }: TagChanges): void {
    const paths = new Set([...removed, ...changed.filter((tag) => this.#isNewNode(tag)).map(({ next }) => next.path)]);
    if (paths.size > 0) this.#remove(({ point }) => paths.has(point.path));
  }

  /** Second half: what stays gets its new definition and keeps its handle, what is new is added. */
  settle({ added, changed }: TagChanges): TagsOutcome {
    const outdated = this.#gone;
    this.#gone = new Set();
    const present = new Map(this.#all.map((tag) => [tag.point.path, tag]));
    const staying = changed.filter(({ next }) => present.has(next.path));
    const newcomers = [...added, ...changed.filter(({ next }) => !present.has(next.path)).map(({ next }) => next)];
    const revalued = new Set<TagHandle>();
    const rehinted = new Set<TagHandle>();
    const replaced = new Map<TagHandle, PolledTag>();
    for (const { next, newPlan, valueStale } of staying) {
      const { handle, point } = present.get(next.path)!;
      const tag = polledTag(handle, next);
      const otherHints = !hasSameHints(point, tag.point);
      if (valueStale) (newPlan ? outdated : revalued).add(handle);
      else if (otherHints) rehinted.add(handle);
      if (newPlan || otherHints) replaced.set(handle, tag);
    }
    this.#redefine(staying, present);
    const waiting = [...outdated, ...revalued].filter((handle) => this.#deps.store.definition(handle));
    const fresh = this.#define(newcomers);
    this.#all = [...this.#all.map((tag) => replaced.get(tag.handle) ?? tag), ...fresh];
    this.#handles = handlesOf(this.#all);
    return { outdated, revalued, rehinted, waiting: Uint32Array.from([...waiting, ...handlesOf(fresh)]) };
  }

  removeAll(): void {
    this.#remove(() => true);
  }

  #isNewNode({ next, newNode }: ChangedTag): boolean {
    const { store, driverId } = this.#deps;
    const before = store.definition(store.handleOf(next.path) ?? 0);
    return newNode || !before || !isSameType(before.type, definitionOf(driverId, this.#deviceId, next).type);
  }

  #remove(goes: (tag: PolledTag) => boolean): void {
    const leaving = handlesOf(this.#all.filter(goes));
    this.#all = this.#all.filter((tag) => !goes(tag));
    this.#handles = handlesOf(this.#all);
    for (const handle of leaving) this.#gone.add(handle);
    this.#deps.store.fail(leaving, statusCodes.BadNodeIdUnknown, this.#deps.clock.wallMs());
    this.#deps.store.remove(leaving);
  }

  #redefine(staying: readonly ChangedTag[], present: ReadonlyMap<string, PolledTag>): void {
    const { store, driverId } = this.#deps;
    if (staying.length === 0) return;
    store.redefine(
      Uint32Array.from(staying, ({ next }) => present.get(next.path)!.handle),
      staying.map(({ next }) => definitionOf(driverId, this.#deviceId, next)),
    );
  }

  #define(tags: readonly PlantTag[]): readonly PolledTag[] {
    const { store, driverId } = this.#deps;
    if (tags.length === 0) return [];
    const handles = store.define(tags.map((tag) => definitionOf(driverId, this.#deviceId, tag)));
    return tags.map((tag, i) => polledTag(handles[i], tag));
  }
}

function polledTag(handle: TagHandle, tag: PlantTag): PolledTag {
  return { handle, point: pointOf(tag), scanMs: tag.scanMs };
}

function hasSameHints(a: Point, b: Point): boolean {
  return a.samplingIntervalMs === b.samplingIntervalMs && a.deadband === b.deadband;
}

function handlesOf(tags: readonly PolledTag[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(tags, ({ handle }) => handle);
}
