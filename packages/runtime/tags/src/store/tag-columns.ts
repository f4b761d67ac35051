import { isNumericColumn, statusCodes, type TagValue } from '@fieldwarden/core';
import { NotAvailable, type TagDefinition } from '@fieldwarden/gateway-contract';

/** Per tag flags in `flags`. */
export const flag = { defined: 1, scaled: 2, deadband: 4, system: 8, worked: 16, mayBeNone: 32 } as const;

/**
 * The present of every tag as columns, indexed by handle. Growing replaces the arrays, so nobody keeps a reference to one
 * across a `define`.
 */
export class TagColumns {
  capacity = 0;
  values = new Float64Array(0);
  statuses = new Uint32Array(0);
  /** ms since 1970 UTC. */
  sourceTimes = new Float64Array(0);
  serverTimes = new Float64Array(0);
  /** Monotonic ms of the last update, good or bad; for staleness. */
  updatedAt = new Float64Array(0);
  /** Expected interval in ms; 0 = never stale. Exact up to 4 h, and to a second up to a day: enough to call a tag stale. */
  expected = new Float32Array(0);
  flags = new Uint8Array(0);
  /** Values that are not numbers, by handle. */
  readonly objects = new Map<number, TagValue>();
  /** Of tags whose device has a value for "none", by handle. */
  readonly notAvailable = new Map<number, NotAvailable>();

  grow(capacity: number): void {
    if (capacity <= this.capacity) return;
    const size = Math.max(capacity, Math.ceil(this.capacity * 1.5));
    this.values = copied(new Float64Array(size), this.values);
    this.statuses = copied(new Uint32Array(size), this.statuses);
    this.sourceTimes = copied(new Float64Array(size), this.sourceTimes);
    this.serverTimes = copied(new Float64Array(size), this.serverTimes);
    this.updatedAt = copied(new Float64Array(size), this.updatedAt);
    this.expected = copied(new Float32Array(size), this.expected);
    this.flags = copied(new Uint8Array(size), this.flags);
    this.capacity = size;
  }

  clear(handle: number, nowMs: number): void {
    this.await(handle, nowMs);
    this.flags[handle] = 0;
    this.expected[handle] = 0;
    this.notAvailable.delete(handle);
  }

  /** No value yet, or none any more that would count. */
  await(handle: number, nowMs: number): void {
    this.values[handle] = Number.NaN;
    this.statuses[handle] = statusCodes.BadWaitingForInitialData;
    this.sourceTimes[handle] = nowMs;
    this.serverTimes[handle] = nowMs;
    this.objects.delete(handle);
    this.flags[handle] &= ~flag.worked;
  }

  /** True if it is another value than before. */
  storeObject(handle: number, value: TagValue): boolean {
    const before = this.objects.get(handle);
    this.objects.set(handle, value);
    return !sameObject(before, value);
  }

  /** An update, good or bad. */
  touch(handle: number, status: number, sourceAtMs: number, serverAtMs: number, nowMs: number): void {
    this.statuses[handle] = status;
    this.sourceTimes[handle] = sourceAtMs;
    this.serverTimes[handle] = serverAtMs;
    this.updatedAt[handle] = nowMs;
  }

  /** The next update is due `intervalMs` from now; 0 = at no time. */
  expect(handles: Uint32Array, intervalMs: number, nowMs: number): void {
    for (const handle of handles) {
      this.expected[handle] = intervalMs;
      this.updatedAt[handle] = nowMs;
    }
  }

  /** How values of this tag are to be treated from now on. */
  describe(handle: number, definition: TagDefinition, isSystemTag: boolean): void {
    const { scaling, rawType, deadband, notAvailable } = definition;
    if (notAvailable) this.notAvailable.set(handle, new NotAvailable(notAvailable, rawType));
    else this.notAvailable.delete(handle);
    this.flags[handle] =
      flag.defined |
      (this.flags[handle] & flag.worked) |
      (scaling && isNumericColumn(rawType) ? flag.scaled : 0) |
      (deadband !== undefined ? flag.deadband : 0) |
      (isSystemTag ? flag.system : 0) |
      (notAvailable ? flag.mayBeNone : 0);
  }
}

function sameObject(a: TagValue | undefined, b: TagValue): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, i) => Object.is(element, (b as readonly unknown[])[i]));
  }
  return a === b;
}

function copied<T extends Float64Array | Float32Array | Uint32Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
