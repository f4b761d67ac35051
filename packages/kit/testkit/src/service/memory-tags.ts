import {
  GatewayError,
  isBad,
  isNumericColumn,
  statusCodes,
  systemClock,
  type Clock,
  type DataValue,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import { isSameSource, isSameType, type TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagChangeListener, TagColumnSource, TagDefinitionListener, TagRows } from '@fieldwarden/service';
import { TagFollowers } from './tag-followers.js';

/** One row of `MemoryTags.apply`. Without a value the tag keeps the one it has, as under a Bad status. */
export interface TagUpdate {
  readonly path: string;
  readonly value?: TagValue;
  /** Default: Good. */
  readonly status?: StatusCode;
  /** ms since 1970 UTC; default: now. */
  readonly sourceAtMs?: number;
}

interface TagRow {
  definition: TagDefinition;
  present: DataValue;
}

/**
 * The tags of a gateway in memory, for tests of services. It treats those who follow it as the gateway's tag store does: synchronously,
 * in the order in which they came, with handles that are used again and an array that is another one a moment later.
 */
export class MemoryTags implements TagColumnSource {
  /** Thrown by everything that can be asked, while it is set: the source is broken. */
  broken: Error | undefined;
  readonly #clock: Clock;
  /** By handle. No tag has handle 0. */
  readonly #rows: (TagRow | undefined)[] = [undefined];
  readonly #handles = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #followers = new TagFollowers();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** What listeners threw, oldest first. A listener of a correct service throws nothing. */
  get thrown(): readonly unknown[] {
    return this.#followers.thrown;
  }

  /** Listeners that have not been disposed of. */
  get listeners(): number {
    return this.#followers.size;
  }

  get size(): number {
    this.#work();
    return this.#handles.size;
  }

  handleOf(path: string): number | undefined {
    this.#work();
    return this.#handles.get(path);
  }

  definition(handle: number): TagDefinition | undefined {
    this.#work();
    return this.#rows[handle]?.definition;
  }

  entries(): IterableIterator<[path: string, handle: number]> {
    this.#work();
    return this.#handles.entries();
  }

  read(handle: number): DataValue {
    this.#work();
    const present = this.#rows[handle]?.present ?? this.#waiting();
    // A number column has no other way to say that there was no value yet.
    const isNone = Number.isNaN(present.value) && isBad(present.status);
    return isNone ? { ...present, value: null } : present;
  }

  value(handle: number): TagValue | null {
    return this.read(handle).value;
  }

  status(handle: number): StatusCode {
    return this.read(handle).status;
  }

  sourceAtMs(handle: number): number {
    return this.read(handle).sourceAtMs;
  }

  copyRows(handles: Uint32Array, count: number, into: TagRows): void {
    into.objects.clear();
    for (const [row, handle] of handles.subarray(0, count).entries()) {
      const { value, status, sourceAtMs, serverAtMs } = this.read(handle);
      into.values[row] = typeof value === 'number' || typeof value === 'boolean' ? Number(value) : NaN;
      into.statuses[row] = status;
      into.sourceTimes[row] = sourceAtMs;
      into.serverTimes[row] = serverAtMs;
      if (value !== null && typeof value !== 'number' && typeof value !== 'boolean') into.objects.set(row, value);
    }
  }

  onChange(listener: TagChangeListener): Disposable {
    this.#work();
    return this.#followers.onChange(listener);
  }

  onDefinition(listener: TagDefinitionListener): Disposable {
    this.#work();
    return this.#followers.onDefinition(listener);
  }

  /** Adds tags, each waiting for its first value. Throws kind `config` when a path is taken; then none is added. */
  define(...definitions: readonly TagDefinition[]): Uint32Array {
    const taken = definitions.find(({ path }) => this.#handles.has(path));
    if (taken) throw pathTaken(taken.path);
    const handles = Uint32Array.from(definitions, (definition) => this.#add(definition));
    this.#followers.defined(handles);
    return handles;
  }

  /**
   * Gives tags other definitions of the same path and type. A value stays if it was read under the same terms (device, address, raw
   * type, scaling), else the tag waits for its first one. Throws a TypeError for a tag that is not there or has another type.
   */
  redefine(...definitions: readonly TagDefinition[]): void {
    const handles = Uint32Array.from(definitions, ({ path }) => this.#known(path));
    const reset = definitions.filter((definition, i) => !this.#replace(this.#rows[handles[i]]!, definition));
    this.#followers.redefined(handles);
    this.#followers.changed(reset.map(({ path }) => this.#handles.get(path)!));
  }

  /** Their definitions can be asked for until all listeners know; their handles are given to the next tags, last one first. */
  remove(...paths: readonly string[]): void {
    const handles = Uint32Array.from(paths, (path) => this.#known(path));
    this.#followers.removed(handles);
    for (const [i, handle] of handles.entries()) {
      this.#rows[handle] = undefined;
      this.#handles.delete(paths[i]);
      this.#free.push(handle);
    }
  }

  /** One value, told at once if it is another one than before. */
  set(path: string, value: TagValue, status: StatusCode = statusCodes.Good): void {
    this.apply({ path, value, status });
  }

  /** Marks tags with a status that is not Good; they keep their values. */
  fail(status: StatusCode, ...paths: readonly string[]): void {
    this.apply(...paths.map((path) => ({ path, status })));
  }

  /** One batch, as from one poll: listeners are told once, with all that changed. */
  apply(...updates: readonly TagUpdate[]): void {
    const changed = updates
      .map((update) => [this.#known(update.path), update] as const)
      .filter(([handle, update]) => this.#update(this.#rows[handle]!, update))
      .map(([handle]) => handle);
    this.#followers.changed(changed);
  }

  #work(): void {
    if (this.broken) throw this.broken;
  }

  #known(path: string): number {
    const handle = this.#handles.get(path);
    if (handle === undefined) throw new TypeError(`no tag has the path ${path}`);
    return handle;
  }

  #add(definition: TagDefinition): number {
    const handle = this.#free.pop() ?? this.#rows.length;
    this.#rows[handle] = { definition, present: this.#waiting() };
    this.#handles.set(definition.path, handle);
    return handle;
  }

  /** True if the tag kept its value. */
  #replace(row: TagRow, definition: TagDefinition): boolean {
    if (!isSameType(row.definition.type, definition.type))
      throw new TypeError(`tag ${definition.path} has another type`);
    const keeps = isSameSource(row.definition, definition);
    row.definition = definition;
    if (!keeps) row.present = this.#waiting();
    return keeps;
  }

  /** True if the value or the status is another one now. */
  #update(row: TagRow, { value, status = statusCodes.Good, sourceAtMs = this.#clock.wallMs() }: TagUpdate): boolean {
    const before = row.present;
    const kept = value === undefined ? before.value : stored(row.definition, value);
    row.present = { value: kept, status, sourceAtMs, serverAtMs: this.#clock.wallMs() };
    return before.status !== status || !isSameValue(before.value, kept);
  }

  #waiting(): DataValue {
    const nowMs = this.#clock.wallMs();
    return { value: null, status: statusCodes.BadWaitingForInitialData, sourceAtMs: nowMs, serverAtMs: nowMs };
  }
}

/** The value as it comes back out of a column of the tag store. */
function stored({ type }: TagDefinition, value: TagValue): TagValue {
  if (!isNumericColumn(type)) return value;
  return type.scalar === 'bool' ? Number(value) !== 0 : Number(value);
}

function isSameValue(a: TagValue | null, b: TagValue | null): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, i) => Object.is(element, (b as readonly unknown[])[i]));
  }
  return Object.is(a, b);
}

function pathTaken(path: string): GatewayError {
  return new GatewayError({ code: 'TAG_PATH_TAKEN', kind: 'config', message: `tag ${path} exists already` });
}
