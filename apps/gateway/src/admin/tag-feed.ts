import type { TagFeed } from '@fieldwarden/admin-api';
import { statusCodes, statusName, toJsonValue, type StatusCode } from '@fieldwarden/core';
import type { TagHandle, TagStore } from '@fieldwarden/tags';

/** How a tag stands with a feed, by handle; 0 = not followed. */
const mark = { followed: 1, waiting: 2 } as const;

/**
 * Follows tags of the store for one client. A change costs a look into one array, and for a followed tag an entry in a set; what is
 * sent is written as text when the client takes it, with no object per value.
 */
export class StoreTagFeed implements TagFeed {
  readonly #store: TagStore;
  readonly #wake: () => void;
  readonly #subscriptions: readonly Disposable[];
  readonly #json = new ValueJson();
  #paths: ReadonlySet<string> = new Set();
  #marks = new Uint8Array(0);
  readonly #waiting = new Set<TagHandle>();

  constructor(store: TagStore, wake: () => void) {
    this.#store = store;
    this.#wake = wake;
    this.#subscriptions = [
      store.onChange((handles, count) => this.#changed(handles, count)),
      store.onDefinition({
        defined: (handles) => this.#defined(handles),
        removed: (handles) => handles.forEach((handle) => this.#drop(handle)),
      }),
    ];
  }

  get pending(): boolean {
    return this.#waiting.size > 0;
  }

  follow(paths: readonly string[]): number {
    const before = this.#paths;
    this.#paths = new Set(paths);
    for (const path of before) if (!this.#paths.has(path)) this.#drop(this.#store.handleOf(path));
    const wasPending = this.pending;
    let known = 0;
    for (const path of this.#paths) {
      const handle = this.#store.handleOf(path);
      if (handle === undefined) continue;
      known += 1;
      if (!before.has(path)) this.#add(handle);
    }
    if (!wasPending && this.pending) this.#wake();
    return known;
  }

  take(maxChars: number): string {
    let text = '';
    for (const handle of this.#waiting) {
      if (text.length > maxChars) break;
      this.#waiting.delete(handle);
      this.#marks[handle] = mark.followed;
      const value = this.#json.of(this.#store, handle);
      text = text === '' ? value : `${text},${value}`;
    }
    return text;
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#waiting.clear();
  }

  /** The hot loop. */
  #changed(handles: Uint32Array, count: number): void {
    const marks = this.#marks;
    const wasPending = this.pending;
    for (let i = 0; i < count; i += 1) {
      const handle = handles[i];
      if (marks[handle] !== mark.followed) continue;
      marks[handle] = mark.waiting;
      this.#waiting.add(handle);
    }
    if (!wasPending && this.pending) this.#wake();
  }

  #defined(handles: Uint32Array): void {
    const wasPending = this.pending;
    for (const handle of handles) {
      if (this.#paths.has(this.#store.definition(handle)?.path ?? '')) this.#add(handle);
    }
    if (!wasPending && this.pending) this.#wake();
  }

  /** Its present value counts as a change. */
  #add(handle: TagHandle): void {
    if (handle >= this.#marks.length) {
      const larger = new Uint8Array(Math.max(1_024, 2 * (handle + 1)));
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[handle] = mark.waiting;
    this.#waiting.add(handle);
  }

  #drop(handle: TagHandle | undefined): void {
    if (handle === undefined || handle >= this.#marks.length) return;
    this.#marks[handle] = 0;
    this.#waiting.delete(handle);
  }
}

/** Values as the JSON of a TagValueShape. Values of one cycle share their times and mostly their status: written once. */
class ValueJson {
  readonly #source = new IsoText();
  readonly #server = new IsoText();
  #status: StatusCode | undefined;
  #statusText = '';

  of(store: TagStore, handle: TagHandle): string {
    const definition = store.definition(handle)!;
    const { value, status, sourceAtMs, serverAtMs } = store.read(handle);
    const json = toJsonValue(value, definition.type.scalar);
    const valueText = typeof json === 'number' ? String(json) : JSON.stringify(json);
    const source = status === statusCodes.BadWaitingForInitialData ? 'null' : this.#source.of(sourceAtMs);
    const head = `{"path":${JSON.stringify(definition.path)},"value":${valueText},${this.#statusOf(status)}`;
    return `${head},"sourceAt":${source},"serverAt":${this.#server.of(serverAtMs)}}`;
  }

  #statusOf(status: StatusCode): string {
    if (status !== this.#status) {
      this.#status = status;
      this.#statusText = `"status":${JSON.stringify(statusName(status))},"statusCode":${status}`;
    }
    return this.#statusText;
  }
}

/** A time in quotes, remembered for as long as it stays the same. */
class IsoText {
  #ms = NaN;
  #text = '';

  of(ms: number): string {
    if (ms !== this.#ms) {
      this.#ms = ms;
      this.#text = `"${new Date(ms).toISOString()}"`;
    }
    return this.#text;
  }
}
