import { isBad, statusCodes, type StatusCode, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagSource } from '@fieldwarden/service';
import { FollowedTags } from '@fieldwarden/tags/followed-tags';

/** Whoever wants to know of a tag. */
export interface TagUser {
  /** Its value or status is another. */
  changed(): void;
  /** It has come, gone, or its definition is another. */
  moved(): void;
}

/** One path that conditions look at, whether or not there is such a tag now. */
export class BoundTag {
  readonly path: string;
  readonly #tags: TagSource;
  /** Undefined: there is no such tag now. */
  handle: number | undefined;
  readonly users: TagUser[] = [];

  constructor(path: string, tags: TagSource) {
    this.path = path;
    this.#tags = tags;
  }

  get definition(): TagDefinition | undefined {
    return this.handle === undefined ? undefined : this.#tags.definition(this.handle);
  }

  get status(): StatusCode {
    return this.handle === undefined ? statusCodes.BadNotFound : this.#tags.status(this.handle);
  }

  get value(): TagValue | null {
    return this.handle === undefined ? null : this.#tags.value(this.handle);
  }

  get sourceAtMs(): number {
    return this.handle === undefined ? 0 : this.#tags.sourceAtMs(this.handle);
  }
}

/** The tags of all conditions: a change costs a look into an array, and a call for each condition that looks at the tag. */
export class BoundTags implements Disposable {
  readonly #tags: TagSource;
  readonly #followed: FollowedTags<BoundTag>;
  readonly #byPath = new Map<string, BoundTag>();

  constructor(tags: TagSource) {
    this.#tags = tags;
    this.#followed = new FollowedTags(tags, {
      changed: (_handle, { users }) => {
        for (const user of users) user.changed();
      },
      came: (handle, tag) => this.#moved(tag, handle),
      gone: (_handle, tag) => this.#moved(tag, undefined),
      redefined: (handle, tag) => this.#moved(tag, handle),
    });
  }

  /** `user` hears of it until `leave`. */
  use(path: string, user: TagUser): BoundTag {
    const tag = this.#byPath.get(path) ?? this.#follow(path);
    if (!tag.users.includes(user)) tag.users.push(user);
    return tag;
  }

  leave(path: string, user: TagUser): void {
    const tag = this.#byPath.get(path);
    if (!tag) return;
    const at = tag.users.indexOf(user);
    if (at >= 0) tag.users.splice(at, 1);
    if (tag.users.length > 0) return;
    this.#byPath.delete(path);
    this.#followed.unfollow(path);
  }

  [Symbol.dispose](): void {
    this.#followed[Symbol.dispose]();
    this.#byPath.clear();
  }

  #follow(path: string): BoundTag {
    const tag = new BoundTag(path, this.#tags);
    this.#byPath.set(path, tag);
    tag.handle = this.#followed.follow(path, tag);
    return tag;
  }

  #moved(tag: BoundTag, handle: number | undefined): void {
    tag.handle = handle;
    for (const user of tag.users) user.moved();
  }
}

/**
 * Whether a value of this status can be judged. Not while it is Bad, nor while it is the last one of a device that has not answered
 * since; what is uncertain for another reason is measured, and an alarm about it helps more than none.
 */
export function isUsable(status: StatusCode): boolean {
  return !isBad(status) && (status & 0xffff_0000) >>> 0 !== statusCodes.UncertainLastUsableValue;
}
