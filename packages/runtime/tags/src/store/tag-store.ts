import {
  isBad,
  isBeyondDeadband,
  isNumericColumn,
  statusCodes,
  type Clock,
  type DataValue,
  type Logger,
  type StatusCode,
  type TagValue,
  type ValueColumns,
} from '@fieldwarden/core';
import { flag, TagColumns } from './tag-columns.js';
import { isSameSource, isSameType, type TagDefinition } from '@fieldwarden/gateway-contract';
import {
  presentValue,
  TagListeners,
  type TagChangeListener,
  type TagColumnSource,
  type TagDefinitionListener,
  type TagRows,
} from '@fieldwarden/service';
import { isSystemTag, TagRegistry, type TagHandle } from './tag-registry.js';
import type { TagTerms } from './tag-terms.js';

/** Everything between tags and their readers: the latest value of each tag, as columns, and who is told of changes. */
export class TagStore implements TagColumnSource {
  readonly #clock: Clock;
  readonly #columns = new TagColumns();
  readonly #registry = new TagRegistry();
  readonly #listeners: TagListeners;
  /** Last value told to listeners, for tags with a deadband. */
  readonly #reported = new Map<TagHandle, TagValue>();
  #changed = new Uint32Array(0);
  #received = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#listeners = new TagListeners(logger);
  }

  get size(): number {
    return this.#registry.size;
  }

  /** Tags of the plant: all but those in which the gateway tells about itself (`_system/…`). */
  get plantSize(): number {
    return this.#registry.plantSize;
  }

  /** Values that came from drivers, good or bad, since the start. */
  get received(): number {
    return this.#received;
  }

  /** Adds tags; each starts as BadWaitingForInitialData. Returns their handles in order. Throws kind `config` when a path is taken; then none is added. */
  define(definitions: readonly TagDefinition[]): Uint32Array<ArrayBuffer> {
    this.#registry.refuseTaken(definitions);
    this.#columns.grow(this.#registry.endAfter(definitions.length));
    const handles = Uint32Array.from(definitions, (definition) => this.#defineOne(definition));
    this.#listeners.defined(handles);
    return handles;
  }

  /**
   * Gives tags other definitions of the same path and type; they keep their handles. The value stays if it was read under the
   * same terms (device, address, raw type, scaling, values for "none"); else the tag waits for its first value. Throws a TypeError for another
   * path or type: that is another tag.
   */
  redefine(handles: Uint32Array, definitions: readonly TagDefinition[]): void {
    const reset = new Uint32Array(handles.length);
    let count = 0;
    for (const [i, definition] of definitions.entries()) {
      if (!this.#redefineOne(handles[i], definition)) reset[count++] = handles[i];
    }
    this.#listeners.redefined(handles);
    if (count > 0) this.#listeners.changed(reset, count);
  }

  remove(handles: Uint32Array): void {
    this.#listeners.removed(handles);
    for (const handle of handles) {
      if (!this.#registry.terms(handle)) continue;
      this.#registry.delete(handle);
      this.#reported.delete(handle);
      this.#columns.clear(handle, this.#clock.wallMs());
    }
  }

  handleOf(path: string): TagHandle | undefined {
    return this.#registry.handleOf(path);
  }

  /** Put together anew each time: who asks for many tags asks for `pathOf`, `addressOf`, `terms` where that is enough. */
  definition(handle: TagHandle): TagDefinition | undefined {
    return this.#registry.definition(handle);
  }

  pathOf(handle: TagHandle): string | undefined {
    return this.#registry.pathOf(handle);
  }

  addressOf(handle: TagHandle): string | undefined {
    return this.#registry.addressOf(handle);
  }

  /** What the tag's definition says that is not its own alone; the same object for many tags. Undefined for no tag. */
  terms(handle: TagHandle): TagTerms | undefined {
    return this.#registry.terms(handle);
  }

  /** Paths with their handles, in order of definition. */
  entries(): IterableIterator<[path: string, handle: TagHandle]> {
    return this.#registry.entries();
  }

  /** The latest value as an object, for readers of single tags. */
  read(handle: TagHandle): DataValue {
    const { sourceTimes, serverTimes, statuses } = this.#columns;
    return {
      value: this.value(handle),
      status: statuses[handle],
      sourceAtMs: sourceTimes[handle],
      serverAtMs: serverTimes[handle],
    };
  }

  value(handle: TagHandle): TagValue | null {
    const terms = this.#registry.terms(handle);
    if (!terms) return null;
    const { values, statuses, objects } = this.#columns;
    return presentValue(terms.type, values[handle], statuses[handle], objects.get(handle));
  }

  status(handle: TagHandle): StatusCode {
    return this.#columns.statuses[handle];
  }

  sourceAtMs(handle: TagHandle): number {
    return this.#columns.sourceTimes[handle];
  }

  /**
   * For who follows many tags: row i is the present of `handles[i]`, for the first `count`. No object per value.
   */
  copyRows(handles: Uint32Array, count: number, into: TagRows): void {
    const { values, statuses, sourceTimes, serverTimes, objects } = this.#columns;
    into.objects.clear();
    for (let row = 0; row < count; row += 1) {
      const handle = handles[row];
      into.values[row] = values[handle];
      into.statuses[row] = statuses[handle];
      into.sourceTimes[row] = sourceTimes[handle];
      into.serverTimes[row] = serverTimes[handle];
      const object = objects.size === 0 ? undefined : objects.get(handle);
      if (object !== undefined) into.objects.set(row, object);
    }
  }

  /** Calls `listener` synchronously after every update that changed something. */
  onChange(listener: TagChangeListener): Disposable {
    return this.#listeners.onChange(listener);
  }

  onDefinition(listener: TagDefinitionListener): Disposable {
    return this.#listeners.onDefinition(listener);
  }

  /** Stores a whole plan's result: row i belongs to `handles[i]`. */
  apply(handles: Uint32Array, columns: ValueColumns): void {
    this.#received += handles.length;
    this.#update(handles.length, (i) => i, handles, columns);
  }

  /** Stores a subscription's changes: row i of `columns` belongs to `handles[rows[i]]`. */
  applyRows(handles: Uint32Array, rows: Uint32Array, length: number, columns: ValueColumns): void {
    this.#received += length;
    this.#update(length, (i) => rows[i], handles, columns);
  }

  /** As `apply`, for values that did not come from a driver. */
  update(handles: Uint32Array, columns: ValueColumns): void {
    this.#update(handles.length, (i) => i, handles, columns);
  }

  /**
   * What the tag had before the gateway started (SPEC §17.1): uncertain, with its old source time, until somebody gives it a value or fails
   * it. Nobody is told: it is no change. Without effect on a tag that has had a value, or is gone.
   */
  recall(handle: TagHandle, value: TagValue, sourceAtMs: number): void {
    const terms = this.#registry.terms(handle);
    const columns = this.#columns;
    if (!terms || (columns.flags[handle] & flag.worked) !== 0) return;
    if (isNumericColumn(terms.type)) columns.values[handle] = Number(value);
    else columns.objects.set(handle, value);
    const status = statusCodes.UncertainLastUsableValue;
    columns.touch(handle, status, sourceAtMs, this.#clock.wallMs(), this.#clock.monotonicMs());
  }

  /** Stores one value that does not come from a plan: an internal or system tag, or a value read back. */
  set(
    handle: TagHandle,
    value: TagValue,
    sourceAtMs = this.#clock.wallMs(),
    status: StatusCode = statusCodes.Good,
  ): void {
    const terms = this.#registry.terms(handle);
    if (!terms) return;
    const columns = this.#columns;
    const before = this.value(handle);
    const changed = columns.statuses[handle] !== status || before !== value;
    if (isNumericColumn(terms.type)) columns.values[handle] = Number(value);
    else columns.objects.set(handle, value);
    if (!isBad(status)) columns.flags[handle] |= flag.worked;
    this.#columns.touch(handle, status, sourceAtMs, this.#clock.wallMs(), this.#clock.monotonicMs());
    if (changed) this.#listeners.changed(Uint32Array.of(handle), 1);
  }

  /** Marks tags with a status that is not Good, keeping the last value. */
  fail(handles: Uint32Array, status: StatusCode, sourceAtMs: number): void {
    const changed = this.#scratch(handles.length);
    const serverAtMs = this.#clock.wallMs();
    const nowMs = this.#clock.monotonicMs();
    let count = 0;
    for (const handle of handles) {
      if (this.#columns.flags[handle] === 0) continue;
      if (this.#columns.statuses[handle] !== status) changed[count++] = handle;
      this.#columns.touch(handle, status, sourceAtMs, serverAtMs, nowMs);
    }
    if (count > 0) this.#listeners.changed(changed, count);
  }

  /** From now on these tags are updated every `intervalMs`, or go stale; null = they change when their source says so. */
  expect(handles: Uint32Array, intervalMs: number | null): void {
    this.#columns.expect(handles, intervalMs ?? 0, this.#clock.monotonicMs());
  }

  /**
   * SPEC §8.3: what was not updated for `uncertainAfter` expected intervals turns UncertainLastUsableValue, after `badAfter`
   * BadNoCommunication. `slackMs` is added to both, so that a late timer is not taken for a silent device. What was recalled waits for the
   * first answer or the first failure.
   */
  markStale(rule: { readonly uncertainAfter: number; readonly badAfter: number; readonly slackMs: number }): void {
    const { expected, updatedAt, statuses, flags } = this.#columns;
    const nowMs = this.#clock.monotonicMs();
    const changed = this.#scratch(this.#registry.end);
    let count = 0;
    for (let handle = 0; handle < this.#registry.end; handle += 1) {
      if (expected[handle] === 0 || isBad(statuses[handle]) || (flags[handle] & flag.worked) === 0) continue;
      const ageMs = nowMs - updatedAt[handle] - rule.slackMs;
      if (ageMs <= rule.uncertainAfter * expected[handle]) continue;
      const status =
        ageMs > rule.badAfter * expected[handle]
          ? statusCodes.BadNoCommunication
          : statusCodes.UncertainLastUsableValue;
      if (statuses[handle] === status) continue;
      statuses[handle] = status;
      this.#columns.serverTimes[handle] = this.#clock.wallMs();
      changed[count++] = handle;
    }
    if (count > 0) this.#listeners.changed(changed, count);
  }

  /** How many tags of the plant are good, uncertain, bad now. */
  quality(): { good: number; uncertain: number; bad: number } {
    const { statuses, flags } = this.#columns;
    const counts = [0, 0, 0, 0];
    for (const handle of this.#registry.handles()) {
      if ((flags[handle] & flag.system) === 0) counts[statuses[handle] >>> 30] += 1;
    }
    return { good: counts[0], uncertain: counts[1], bad: counts[2] + counts[3] };
  }

  /**
   * How many of these tags are Bad now, and how many of those had no value since they were defined. `mayWait`: some may wait for their
   * first value yet, without being Bad for it.
   */
  badOf(handles: Uint32Array, mayWait: boolean): { bad: number; neverGood: number } {
    const { statuses, flags } = this.#columns;
    let bad = 0;
    let neverGood = 0;
    for (let i = 0; i < handles.length; i += 1) {
      const handle = handles[i];
      const status = statuses[handle];
      if (!isBad(status) || (mayWait && status === statusCodes.BadWaitingForInitialData)) continue;
      bad += 1;
      if ((flags[handle] & flag.worked) === 0) neverGood += 1;
    }
    return { bad, neverGood };
  }

  #defineOne(definition: TagDefinition): TagHandle {
    const handle = this.#registry.add(definition);
    this.#columns.clear(handle, this.#clock.wallMs());
    this.#columns.updatedAt[handle] = this.#clock.monotonicMs();
    this.#columns.describe(handle, definition, isSystemTag(definition));
    return handle;
  }

  /** True if the tag kept its value. */
  #redefineOne(handle: TagHandle, definition: TagDefinition): boolean {
    const before = this.#registry.definition(handle);
    if (before?.path !== definition.path || !isSameType(before.type, definition.type)) {
      throw new TypeError(`tag ${handle} is not ${definition.path} of the same type`);
    }
    const keeps = isSameSource(before, definition);
    this.#registry.replace(handle, definition);
    this.#columns.describe(handle, definition, isSystemTag(definition));
    if (!keeps) {
      this.#reported.delete(handle);
      this.#columns.await(handle, this.#clock.wallMs());
      this.#columns.updatedAt[handle] = this.#clock.monotonicMs();
    }
    return keeps;
  }

  /** The hot loop: no object per value. */
  #update(length: number, rowOf: (i: number) => number, handles: Uint32Array, from: ValueColumns): void {
    const { values, statuses, sourceTimes, serverTimes, updatedAt, flags } = this.#columns;
    const serverAtMs = this.#clock.wallMs();
    const nowMs = this.#clock.monotonicMs();
    const changed = this.#scratch(length);
    let count = 0;
    for (let i = 0; i < length; i += 1) {
      const handle = handles[rowOf(i)];
      const flagsOfTag = flags[handle];
      if (flagsOfTag === 0) continue;
      let status = from.statuses[i];
      const isValue = !isBad(status);
      if (isValue && (flagsOfTag & flag.mayBeNone) !== 0) {
        const value = from.objects?.get(i) ?? from.values[i];
        status = this.#columns.notAvailable.get(handle)?.statusOf(value) ?? status;
      }
      let differs = statuses[handle] !== status;
      if (isValue) {
        flags[handle] = flagsOfTag | flag.worked;
        const object = from.objects?.get(i);
        if (object !== undefined) {
          const beyond = this.#columns.storeObject(handle, object);
          differs = flagsOfTag & flag.deadband ? this.#beyondDeadband(handle, object, differs) : beyond || differs;
        } else {
          const raw = from.values[i];
          const value = (flagsOfTag & flag.scaled) !== 0 ? this.#scale(handle, raw) : raw;
          const beyond =
            flagsOfTag & flag.deadband
              ? this.#beyondDeadband(handle, value, differs)
              : !Object.is(values[handle], value);
          values[handle] = value;
          differs = differs || beyond;
        }
      }
      statuses[handle] = status;
      sourceTimes[handle] = from.sourceTimes[i];
      serverTimes[handle] = serverAtMs;
      updatedAt[handle] = nowMs;
      if (differs) changed[count++] = handle;
    }
    if (count > 0) this.#listeners.changed(changed, count);
  }

  #scale(handle: TagHandle, raw: number): number {
    const { gain, offset, clamp } = this.#registry.terms(handle)!.scaling!;
    const scaled = raw * gain + offset;
    return clamp ? Math.min(Math.max(scaled, clamp.low), clamp.high) : scaled;
  }

  /** True if the value moved far enough from the last reported one; then it becomes the reported one. */
  #beyondDeadband(handle: TagHandle, value: TagValue, statusChanged: boolean): boolean {
    const deadband = this.#registry.terms(handle)?.deadband ?? 0;
    const reported = this.#reported.get(handle);
    if (reported !== undefined && !statusChanged && !isBeyondDeadband(value, reported, deadband)) return false;
    this.#reported.set(handle, value);
    return true;
  }

  #scratch(length: number): Uint32Array {
    if (this.#changed.length < length) this.#changed = new Uint32Array(length);
    return this.#changed;
  }
}
