import { useEffect } from 'react';
import { browserClock } from '../platform/browser-clock.js';
import { Resource, type ResourceState } from './resource.js';
import { useStore } from './store.js';

/** Driver pages come and go; what nobody looks at goes first. */
const keptResources = 200;

const byKey = new Map<string, Resource<unknown>>();

/** The one resource of this key; `load` is taken the first time. */
export function resourceOf<T>(key: string, load: () => Promise<T>): Resource<T> {
  let resource = byKey.get(key) as Resource<T> | undefined;
  if (resource) return resource;
  if (byKey.size >= keptResources) forgetUnwatched();
  resource = new Resource(key, load, browserClock);
  byKey.set(key, resource);
  return resource;
}

function forgetUnwatched(): void {
  for (const [key, resource] of byKey) if (!resource.watched) byKey.delete(key);
}

/** Loads again whatever of these is being looked at; the rest when somebody looks. Without `concerns`: everything. */
export function refreshResources(concerns: (key: string) => boolean = () => true): void {
  for (const [key, resource] of byKey) {
    if (!concerns(key)) continue;
    if (resource.watched) resource.refresh();
    else resource.expire();
  }
}

/** The present state of a resource, kept up to date while the component is there. */
export function useResource<T>(resource: Resource<T>, everyMs = Infinity): ResourceState<T> {
  useEffect(() => {
    // It may have been forgotten while nobody looked.
    byKey.set(resource.key, resource);
    return resource.watch(everyMs);
  }, [resource, everyMs]);
  return useStore(resource);
}
