import type { TagValueShape } from '@fieldwarden/admin-contract';
import type { TagSource } from '@fieldwarden/service';
import { FollowedTags } from '@fieldwarden/tags/followed-tags';
import { tagValueShape } from './tag-views.js';

/** Calls `listener` after every change of one of `paths`, also of a tag that is defined later. */
export function watchTags(
  tags: TagSource,
  paths: readonly string[],
  listener: (value: TagValueShape) => void,
): Disposable {
  const followed = new FollowedTags<true>(tags, {
    changed: (handle) => {
      const value = tagValueShape(tags, handle);
      if (value) listener(value);
    },
  });
  for (const path of paths) followed.follow(path, true);
  return followed;
}
