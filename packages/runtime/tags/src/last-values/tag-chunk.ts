import { formatDataType, isBad, isNumericColumn, type TagValue } from '@fieldwarden/core';
import type { TagRows } from '@fieldwarden/service';
import { isSystemTag, type TagHandle } from '../store/tag-registry.js';
import type { TagStore } from '../store/tag-store.js';
import type { TagTerms } from '../store/tag-terms.js';

/** Tags of one record: a few dozen kilobytes of it change at a time, and its paths fit a record however long they are. */
export const chunkSize = 1_024;

/** Which tags a chunk has, by row. */
export interface ChunkLayout {
  /** The same in the values that belong to it. */
  readonly version: number;
  readonly paths: readonly string[];
  /** Of what each value came from: after a change of address or type it counts no more. */
  readonly sources: Uint32Array;
}

/** What a chunk's tags had last, by row. */
export interface ChunkValues {
  readonly version: number;
  /** Of tags whose values are numbers. */
  readonly numbers: Float64Array;
  /** ms since 1970 UTC; NaN: there was no value. */
  readonly sourceTimes: Float64Array;
  /** Texts, bytes, 64-bit integers and arrays. */
  readonly objects: Map<number, TagValue>;
}

/** Bytes of the texts, bytes and arrays of a chunk: what does not fit is not kept. */
const objectBudget = 768 << 10;

/** The tags whose handles are `first` to `first + chunkSize - 1`, and what they had last. */
export class TagChunk {
  readonly #store: TagStore;
  readonly #handles: Uint32Array;
  #layout: ChunkLayout | undefined;
  #isOutdated = true;
  /** By row of the layout: which of the handles it is. */
  #at = new Uint32Array(0);
  #isNumber: readonly boolean[] = [];
  #numbers = new Float64Array(0);
  #sourceTimes = new Float64Array(0);
  #objects = new Map<number, TagValue>();

  constructor(store: TagStore, first: TagHandle) {
    this.#store = store;
    this.#handles = Uint32Array.from({ length: chunkSize }, (_, i) => first + i);
  }

  /** Its tags are others now. */
  outdate(): void {
    this.#isOutdated = true;
  }

  /** `version`: of the layout, if it is another one. What stays the same tag keeps what it had. */
  layout(version: number): ChunkLayout {
    if (this.#layout && !this.#isOutdated) return this.#layout;
    this.#isOutdated = false;
    const { paths: before = [], sources: sourcesBefore } = this.#layout ?? {};
    const rowsBefore = new Map(before.map((path, row) => [path, row]));
    const at = [...this.#handles.keys()].filter((i) => this.#isKept(this.#handles[i]));
    const paths = at.map((i) => this.#store.pathOf(this.#handles[i])!);
    const sources = Uint32Array.from(at, (i) => sourceOf(this.#store, this.#handles[i]));
    const kept = paths.map((path, row) => {
      const was = rowsBefore.get(path);
      return was !== undefined && sourcesBefore?.[was] === sources[row] ? was : -1;
    });
    this.#numbers = Float64Array.from(kept, (was) => (was < 0 ? Number.NaN : this.#numbers[was]));
    this.#sourceTimes = Float64Array.from(kept, (was) => (was < 0 ? Number.NaN : this.#sourceTimes[was]));
    this.#objects = new Map(
      kept.flatMap((was, row) => (this.#objects.has(was) ? [[row, this.#objects.get(was)!] as const] : [])),
    );
    this.#at = Uint32Array.from(at);
    this.#isNumber = at.map((i) => isNumericColumn(this.#store.terms(this.#handles[i])!.type));
    this.#layout = { version, paths, sources };
    return this.#layout;
  }

  /** What a tag had before the start, for as long as it has nothing newer. */
  remember(row: number, value: TagValue, sourceAtMs: number): void {
    this.#sourceTimes[row] = sourceAtMs;
    if (this.#isNumber[row]) this.#numbers[row] = Number(value);
    else this.#objects.set(row, value);
  }

  /** Takes the present of all tags that are not Bad. True if anything is another than last time. */
  take(scratch: TagRows): boolean {
    this.#store.copyRows(this.#handles, chunkSize, scratch);
    const { values, statuses, sourceTimes, objects } = scratch;
    let differs = false;
    for (let row = 0; row < this.#at.length; row += 1) {
      const at = this.#at[row];
      if (isBad(statuses[at])) continue;
      if (this.#sourceTimes[row] !== sourceTimes[at]) {
        this.#sourceTimes[row] = sourceTimes[at];
        differs = true;
      }
      if (this.#isNumber[row]) {
        differs ||= !Object.is(this.#numbers[row], values[at]);
        this.#numbers[row] = values[at];
      } else {
        const object = objects.get(at);
        if (object === undefined || object === this.#objects.get(row)) continue;
        this.#objects.set(row, object);
        differs = true;
      }
    }
    return differs;
  }

  #isKept(handle: TagHandle): boolean {
    const path = this.#store.pathOf(handle);
    return path !== undefined && !isSystemTag({ path });
  }

  get values(): ChunkValues {
    const version = this.#layout?.version ?? 0;
    return { version, numbers: this.#numbers, sourceTimes: this.#sourceTimes, objects: withinBudget(this.#objects) };
  }
}

function withinBudget(objects: ReadonlyMap<number, TagValue>): Map<number, TagValue> {
  const kept = new Map<number, TagValue>();
  let left = objectBudget;
  for (const [row, value] of objects) {
    const bytes = sizeOf(value);
    if (bytes > left) continue;
    left -= bytes;
    kept.set(row, value);
  }
  return kept;
}

/** At most so many bytes in a record. */
function sizeOf(value: TagValue): number {
  if (typeof value === 'string') return 2 * value.length + 16;
  if (value instanceof Uint8Array) return value.byteLength + 16;
  if (Array.isArray(value))
    return 16 + (value as readonly TagValue[]).reduce<number>((sum, each) => sum + sizeOf(each), 0);
  return 16;
}

/** Of terms, which many tags share. */
const described = new WeakMap<TagTerms, string>();

/** A digest of what `isSameSource` compares, and the type. Equal by chance once in four thousand million. */
export function sourceOf(store: TagStore, handle: TagHandle): number {
  const terms = store.terms(handle)!;
  let text = described.get(terms);
  if (text === undefined) described.set(terms, (text = describe(terms)));
  return digest(`${text}${store.addressOf(handle)}`);
}

function describe({ type, rawType, driverId, deviceId, serviceId, options, scaling, notAvailable }: TagTerms): string {
  const types = [formatDataType(type), formatDataType(rawType)];
  return JSON.stringify([...types, driverId, deviceId, serviceId, options, scaling, notAvailable]);
}

/** FNV-1a, 32 bits. */
function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
