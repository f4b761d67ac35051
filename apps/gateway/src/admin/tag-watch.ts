import type { TagValueShape } from '@fieldwarden/admin-contract';
import type { TagStore } from '@fieldwarden/tags';
import { tagValueShape } from './tag-views.js';

/** Calls `listener` after every change of one of `paths`, also of a tag that is defined later. */
export function watchTags(
  store: TagStore,
  paths: readonly string[],
  listener: (value: TagValueShape) => void,
): Disposable {
  const wanted = new Set(paths);
  return store.onChange((handles, count) => {
    for (const handle of handles.subarray(0, count)) {
      const path = store.definition(handle)?.path;
      const value = path !== undefined && wanted.has(path) ? tagValueShape(store, handle) : undefined;
      if (value) listener(value);
    }
  });
}
