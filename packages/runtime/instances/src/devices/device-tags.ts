import type { PlantTag } from '@fieldwarden/gateway-contract';
import type { ChangedTag, PlantDevice, TagChanges } from '@fieldwarden/config';
import { statusCodes, type Clock } from '@fieldwarden/core';
import type { PolledTag, TagHandle, TagStore, TagTerms } from '@fieldwarden/tags';
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

/** The tags of one device: what stands in the store for them, and what is asked of the device. Of a tag only its handle is kept. */
export class DeviceTags {
  readonly #deviceId: string;
  readonly #deps: DeviceTagsDependencies;
  #handles: Uint32Array<ArrayBuffer>;
  /** Removed since the last `settle`. */
  #gone = new Set<TagHandle>();

  /** Defines them; each is Bad until its first value. */
  constructor({ id, tags }: PlantDevice, deps: DeviceTagsDependencies) {
    this.#deviceId = id;
    this.#deps = deps;
    this.#handles = this.#define(tags);
  }

  /** Made anew from what the store has of them. */
  get all(): readonly PolledTag[] {
    const tags: PolledTag[] = []; // of thousands of tags: no definition is made for one
    for (const handle of this.#handles) {
      const terms = this.#deps.store.terms(handle);
      if (terms) tags.push({ handle, point: this.#point(handle, terms), scanMs: terms.scanMs });
    }
    return tags;
  }

  get handles(): Uint32Array<ArrayBuffer> {
    return this.#handles;
  }

  /** As configured. */
  get configured(): readonly PlantTag[] {
    const tags: PlantTag[] = []; // of thousands of tags, within the tick of an apply
    for (const handle of this.#handles) {
      const definition = this.#deps.store.definition(handle);
      if (definition) tags.push(plantTagOf(definition));
    }
    return tags;
  }

  /** First half of a change: removes what goes, so that its paths are free for whoever takes them over. */
  withdraw({ removed, changed }: TagChanges): void {
    const paths = [...removed, ...changed.filter((tag) => this.#isNewNode(tag)).map(({ next }) => next.path)];
    this.#remove(new Set(paths.flatMap((path) => this.#own(path) ?? [])));
  }

  /** Second half: what stays gets its new definition and keeps its handle, what is new is added. */
  settle({ added, changed }: TagChanges): TagsOutcome {
    const { store } = this.#deps;
    const outdated = this.#gone;
    this.#gone = new Set();
    const staying: [ChangedTag, TagHandle][] = [];
    const newcomers = [...added];
    for (const change of changed) {
      const handle = this.#own(change.next.path);
      if (handle === undefined) newcomers.push(change.next);
      else staying.push([change, handle]);
    }
    const revalued = new Set<TagHandle>();
    const rehinted = new Set<TagHandle>();
    for (const [{ next, newPlan, valueStale }, handle] of staying) {
      if (valueStale) (newPlan ? outdated : revalued).add(handle);
      else if (!hasSameHints(this.#point(handle, store.terms(handle)!), pointOf(next))) rehinted.add(handle);
    }
    this.#redefine(staying);
    const waiting = [...outdated, ...revalued].filter((handle) => store.terms(handle));
    const fresh = this.#define(newcomers);
    if (fresh.length > 0) this.#handles = Uint32Array.from([...this.#handles, ...fresh]);
    return { outdated, revalued, rehinted, waiting: Uint32Array.from([...waiting, ...fresh]) };
  }

  removeAll(): void {
    this.#remove(new Set(this.#handles));
  }

  #point(handle: TagHandle, terms: TagTerms): Point {
    const { store } = this.#deps;
    const { rawType: type, ...told } = terms;
    return pointOf({ ...told, path: store.pathOf(handle)!, address: store.addressOf(handle)!, type });
  }

  /** Undefined for a path that is nobody's, or another device's. */
  #own(path: string): TagHandle | undefined {
    const { store, driverId } = this.#deps;
    const handle = store.handleOf(path);
    const terms = handle === undefined ? undefined : store.terms(handle);
    return terms?.driverId === driverId && terms.deviceId === this.#deviceId ? handle : undefined;
  }

  #isNewNode({ next, newNode }: ChangedTag): boolean {
    const { store, driverId } = this.#deps;
    const before = store.definition(store.handleOf(next.path) ?? 0);
    return newNode || !before || !isSameType(before.type, definitionOf(driverId, this.#deviceId, next).type);
  }

  #remove(goes: ReadonlySet<TagHandle>): void {
    if (goes.size === 0) return;
    const leaving = this.#handles.filter((handle) => goes.has(handle));
    this.#handles = this.#handles.filter((handle) => !goes.has(handle));
    for (const handle of leaving) this.#gone.add(handle);
    this.#deps.store.fail(leaving, statusCodes.BadNodeIdUnknown, this.#deps.clock.wallMs());
    this.#deps.store.remove(leaving);
  }

  #redefine(staying: readonly (readonly [ChangedTag, TagHandle])[]): void {
    const { store, driverId } = this.#deps;
    if (staying.length === 0) return;
    store.redefine(
      Uint32Array.from(staying, ([, handle]) => handle),
      staying.map(([{ next }]) => definitionOf(driverId, this.#deviceId, next)),
    );
  }

  #define(tags: readonly PlantTag[]): Uint32Array<ArrayBuffer> {
    const { store, driverId } = this.#deps;
    if (tags.length === 0) return new Uint32Array(0);
    return store.define(tags.map((tag) => definitionOf(driverId, this.#deviceId, tag)));
  }
}

function hasSameHints(a: Point, b: Point): boolean {
  return a.samplingIntervalMs === b.samplingIntervalMs && a.deadband === b.deadband;
}
