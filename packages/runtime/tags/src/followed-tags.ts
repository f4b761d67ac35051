import type { TagSource } from '@fieldwarden/service';

/** What the owner of `FollowedTags` hears. Handles count for the call only. */
export interface FollowedTagsListener<Follower> {
  /** Its value or status is another. */
  changed(handle: number, follower: Follower): void;
  /** A tag of a followed path has come: the first time since following began, or again. */
  came?(handle: number, follower: Follower): void;
  /** It goes; its definition can still be asked for. The path stays followed. */
  gone?(handle: number, follower: Follower): void;
  /** Its definition is another now, of the same path and type. */
  redefined?(handle: number, follower: Follower): void;
}

/**
 * Some tags out of many, by path, through all that becomes of them: a path may be followed before its tag comes and after it went. A
 * change of any other tag costs one look into an array.
 */
export class FollowedTags<Follower> implements Disposable {
  readonly #tags: TagSource;
  readonly #listener: FollowedTagsListener<Follower>;
  readonly #listening = new DisposableStack();
  readonly #byPath = new Map<string, Follower>();
  /** By handle: where in `#followers` the follower of the tag stands that is there now; 0 = nobody follows it. */
  #slots = new Uint32Array(1_024);
  readonly #followers: (Follower | undefined)[] = [undefined];
  readonly #freeSlots: number[] = [];

  constructor(tags: TagSource, listener: FollowedTagsListener<Follower>) {
    this.#tags = tags;
    this.#listener = listener;
    this.#listening.use(tags.onChange((handles, count) => this.#changed(handles, count)));
    this.#listening.use(
      tags.onDefinition({
        defined: (handles) => this.#defined(handles),
        removed: (handles) => this.#removed(handles),
        redefined: (handles) => this.#redefined(handles),
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#listening.dispose();
    this.#byPath.clear();
  }

  /** Paths, whether or not there is a tag now. */
  get size(): number {
    return this.#byPath.size;
  }

  /** Whoever followed this path before does no more. Returns the handle of its tag, if there is one now; `came` is not called for it. */
  follow(path: string, follower: Follower): number | undefined {
    this.#byPath.set(path, follower);
    const handle = this.#tags.handleOf(path);
    if (handle !== undefined) this.#attach(handle, follower);
    return handle;
  }

  unfollow(path: string): void {
    if (!this.#byPath.delete(path)) return;
    const handle = this.#tags.handleOf(path);
    if (handle !== undefined) this.#detach(handle);
  }

  /** Who follows the tag that is there now. */
  followerOf(handle: number): Follower | undefined {
    const slot = handle < this.#slots.length ? this.#slots[handle] : 0;
    return this.#followers[slot];
  }

  #attach(handle: number, follower: Follower): void {
    if (handle >= this.#slots.length) this.#grow(handle + 1);
    const slot = this.#slots[handle] || (this.#freeSlots.pop() ?? this.#followers.length);
    this.#slots[handle] = slot;
    this.#followers[slot] = follower;
  }

  #detach(handle: number): void {
    if (this.followerOf(handle) === undefined) return;
    this.#followers[this.#slots[handle]] = undefined;
    this.#freeSlots.push(this.#slots[handle]);
    this.#slots[handle] = 0;
  }

  #grow(length: number): void {
    const grown = new Uint32Array(Math.max(length, this.#slots.length * 2));
    grown.set(this.#slots);
    this.#slots = grown;
  }

  /** The hot loop. */
  #changed(handles: Uint32Array, count: number): void {
    const slots = this.#slots;
    for (let i = 0; i < count; i += 1) {
      const slot = slots[handles[i]];
      if (slot > 0) this.#tellChanged(handles[i], this.#followers[slot]);
    }
  }

  /** The follower may have stopped while others were told. */
  #tellChanged(handle: number, follower: Follower | undefined): void {
    if (follower !== undefined) this.#listener.changed(handle, follower);
  }

  #defined(handles: Uint32Array): void {
    if (this.#byPath.size === 0) return;
    for (const handle of handles) {
      const follower = this.#byPath.get(this.#tags.definition(handle)?.path ?? '');
      if (follower === undefined) continue;
      this.#attach(handle, follower);
      this.#listener.came?.(handle, follower);
    }
  }

  #removed(handles: Uint32Array): void {
    for (const handle of handles) {
      const follower = this.followerOf(handle);
      if (follower === undefined) continue;
      this.#detach(handle);
      this.#listener.gone?.(handle, follower);
    }
  }

  #redefined(handles: Uint32Array): void {
    if (this.#byPath.size === 0) return;
    for (const handle of handles) {
      const follower = this.followerOf(handle);
      if (follower !== undefined) this.#listener.redefined?.(handle, follower);
    }
  }
}
