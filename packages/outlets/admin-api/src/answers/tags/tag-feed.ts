import { statusCodes, statusName, toJsonValue, type StatusCode } from '@fieldwarden/core';
import type { TagReading } from '@fieldwarden/admin-contract';
import type { TagSource } from '@fieldwarden/service';
import { FollowedTags } from '@fieldwarden/tags/followed-tags';
import type { TagFeed } from '../../control/gateway-control.js';

/** A tag that the client follows. */
interface FedTag {
  /** Its value is to be sent. */
  isWaiting: boolean;
  /** Source time that the client knows, ms since 1970 UTC. */
  toldAtMs: number;
}

/**
 * Follows tags for one client. A change costs a look into one array, and for a followed tag an entry in a set; what is sent is written as
 * text when the client takes it, with no object per value.
 */
export class StoreTagFeed implements TagFeed {
  readonly #store: TagSource;
  readonly #wake: () => void;
  readonly #followed: FollowedTags<FedTag>;
  readonly #json = new ValueJson();
  #paths: ReadonlySet<string> = new Set();
  /** Handles of tags that wait, in their turn. */
  readonly #waiting = new Set<number>();

  constructor(store: TagSource, wake: () => void) {
    this.#store = store;
    this.#wake = wake;
    const changed = (handle: number, tag: FedTag): void => this.#changed(handle, tag);
    this.#followed = new FollowedTags<FedTag>(store, {
      changed,
      came: changed, // its present value counts as a change
      gone: (handle, tag) => this.#drop(handle, tag),
    });
  }

  get pending(): boolean {
    return this.#waiting.size > 0;
  }

  follow(paths: readonly string[]): number {
    const before = this.#paths;
    this.#paths = new Set(paths);
    for (const path of before) if (!this.#paths.has(path)) this.#unfollow(path);
    let known = 0;
    for (const path of this.#paths) {
      const handle = this.#store.handleOf(path);
      if (handle !== undefined) known += 1;
      if (!before.has(path)) this.#follow(path);
    }
    return known;
  }

  take(maxChars: number): string {
    let text = '';
    for (const handle of this.#waiting) {
      if (text.length > maxChars) break;
      this.#waiting.delete(handle);
      const tag = this.#followed.followerOf(handle)!;
      tag.isWaiting = false;
      tag.toldAtMs = this.#store.sourceAtMs(handle);
      const value = this.#json.of(this.#store, handle);
      text = text === '' ? value : `${text},${value}`;
    }
    return text;
  }

  takeReadings(): readonly TagReading[] {
    const pathsByTime = new Map<number, string[]>();
    for (const path of this.#paths) {
      const handle = this.#store.handleOf(path);
      const tag = handle === undefined ? undefined : this.#followed.followerOf(handle);
      if (handle === undefined || !tag || tag.isWaiting) continue;
      const sourceAtMs = this.#store.sourceAtMs(handle);
      if (sourceAtMs === tag.toldAtMs || this.#store.status(handle) === statusCodes.BadWaitingForInitialData) continue;
      tag.toldAtMs = sourceAtMs;
      const paths = pathsByTime.get(sourceAtMs);
      if (paths) paths.push(path);
      else pathsByTime.set(sourceAtMs, [path]);
    }
    return [...pathsByTime].map(([atMs, paths]) => ({ sourceAt: new Date(atMs).toISOString(), paths }));
  }

  [Symbol.dispose](): void {
    this.#followed[Symbol.dispose]();
    this.#waiting.clear();
  }

  #follow(path: string): void {
    const tag = { isWaiting: false, toldAtMs: NaN };
    const handle = this.#followed.follow(path, tag);
    if (handle !== undefined) this.#changed(handle, tag);
  }

  #unfollow(path: string): void {
    const handle = this.#store.handleOf(path);
    if (handle !== undefined) this.#waiting.delete(handle);
    this.#followed.unfollow(path);
  }

  #changed(handle: number, tag: FedTag): void {
    if (tag.isWaiting) return;
    tag.isWaiting = true;
    this.#waiting.add(handle);
    if (this.#waiting.size === 1) this.#wake();
  }

  #drop(handle: number, tag: FedTag): void {
    tag.isWaiting = false;
    this.#waiting.delete(handle);
  }
}

/** Values as the JSON of a TagValueShape. Values of one cycle share their times and mostly their status: written once. */
class ValueJson {
  readonly #source = new IsoText();
  readonly #server = new IsoText();
  #status: StatusCode | undefined;
  #statusText = '';

  of(store: TagSource, handle: number): string {
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
