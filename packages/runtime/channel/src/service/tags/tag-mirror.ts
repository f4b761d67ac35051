import { statusCodes, type DataValue, type Logger, type StatusCode, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import {
  presentValue,
  TagListeners,
  type TagChangeListener,
  type TagDefinitionListener,
  type TagSource,
} from '@fieldwarden/service';
import { shownStatus, type MirrorStanding } from './mirror-currency.js';
import type { CarriedColumns } from './tag-columns.js';

/**
 * All tags of the gateway in another process: under the gateway's own handles, so that nothing is looked up on the way. Whoever brings
 * definitions and values brings them in the order in which the tag store had them. While it is not current every status says so, and
 * followers hear nothing: they are told of all tags when that changes.
 */
export class TagMirror implements TagSource {
  readonly #listeners: TagListeners;
  readonly #currency: { readonly standing: MirrorStanding };
  readonly #definitions: (TagDefinition | undefined)[] = [];
  readonly #handles = new Map<string, number>();
  readonly #objects = new Map<number, TagValue>();
  #values = new Float64Array(0);
  #statuses = new Uint32Array(0);
  #sourceTimes = new Float64Array(0);
  #serverTimes = new Float64Array(0);

  constructor(logger: Logger, currency: { readonly standing: MirrorStanding }) {
    this.#listeners = new TagListeners(logger);
    this.#currency = currency;
  }

  get size(): number {
    return this.#handles.size;
  }

  /** One more than the greatest handle that there was. */
  get end(): number {
    return this.#definitions.length;
  }

  handleOf(path: string): number | undefined {
    return this.#handles.get(path);
  }

  definition(handle: number): TagDefinition | undefined {
    return this.#definitions[handle];
  }

  entries(): IterableIterator<[path: string, handle: number]> {
    return this.#handles.entries();
  }

  read(handle: number): DataValue {
    return {
      value: this.value(handle),
      status: this.status(handle),
      sourceAtMs: this.#sourceTimes[handle],
      serverAtMs: this.#serverTimes[handle],
    };
  }

  value(handle: number): TagValue | null {
    const definition = this.#definitions[handle];
    if (!definition) return null;
    return presentValue(definition.type, this.#values[handle], this.status(handle), this.#objects.get(handle));
  }

  status(handle: number): StatusCode {
    return shownStatus(this.#currency.standing, this.#statuses[handle]);
  }

  sourceAtMs(handle: number): number {
    return this.#sourceTimes[handle];
  }

  onChange(listener: TagChangeListener): Disposable {
    return this.#listeners.onChange(listener);
  }

  onDefinition(listener: TagDefinitionListener): Disposable {
    return this.#listeners.onDefinition(listener);
  }

  /** New tags; each is BadWaitingForInitialData until its first value. */
  define(handles: Uint32Array, definitions: readonly TagDefinition[]): void {
    this.#grow(handles.reduce((end, handle) => Math.max(end, handle + 1), 0));
    for (const [row, handle] of handles.entries()) {
      this.#definitions[handle] = definitions[row];
      this.#handles.set(definitions[row].path, handle);
      this.#clear(handle);
    }
    this.#listeners.defined(handles);
  }

  /** Other definitions of the same paths and types; the values stay until others come. */
  redefine(handles: Uint32Array, definitions: readonly TagDefinition[]): void {
    for (const [row, handle] of handles.entries()) this.#definitions[handle] = definitions[row];
    this.#listeners.redefined(handles);
  }

  remove(handles: Uint32Array): void {
    this.#listeners.removed(handles);
    for (const handle of handles) {
      const definition = this.#definitions[handle];
      if (!definition) continue;
      this.#definitions[handle] = undefined;
      this.#handles.delete(definition.path);
      this.#clear(handle);
    }
  }

  /** The first `count` rows; `told`: followers hear of them while the mirror is current. */
  apply(columns: CarriedColumns, count: number, told: boolean): void {
    const { handles, values, statuses, sourceTimes, serverTimes, objects } = columns;
    for (let row = 0; row < count; row += 1) {
      const handle = handles[row];
      this.#values[handle] = values[row];
      this.#statuses[handle] = statuses[row];
      this.#sourceTimes[handle] = sourceTimes[row];
      this.#serverTimes[handle] = serverTimes[row];
    }
    if (this.#objects.size > 0) for (let row = 0; row < count; row += 1) this.#objects.delete(handles[row]);
    for (const [row, value] of objects) this.#objects.set(handles[row], value);
    if (told && this.#currency.standing === 'current') this.#listeners.changed(handles, count);
  }

  /** Followers hear of every tag: whether the mirror is current is another now. */
  tellAll(): void {
    const handles = Uint32Array.from(this.#handles.values());
    this.#listeners.changed(handles, handles.length);
  }

  #clear(handle: number): void {
    this.#values[handle] = Number.NaN;
    this.#statuses[handle] = statusCodes.BadWaitingForInitialData;
    this.#sourceTimes[handle] = 0;
    this.#serverTimes[handle] = 0;
    this.#objects.delete(handle);
  }

  #grow(end: number): void {
    // Kept without holes, so that V8 holds them as an array.
    while (this.#definitions.length < end) this.#definitions.push(undefined);
    if (end <= this.#values.length) return;
    const capacity = Math.max(end, Math.ceil(this.#values.length * 1.25));
    this.#values = copied(new Float64Array(capacity), this.#values);
    this.#statuses = copied(new Uint32Array(capacity), this.#statuses);
    this.#sourceTimes = copied(new Float64Array(capacity), this.#sourceTimes);
    this.#serverTimes = copied(new Float64Array(capacity), this.#serverTimes);
  }
}

function copied<Column extends Float64Array | Uint32Array>(target: Column, source: Column): Column {
  target.set(source);
  return target;
}
