import { useEffect } from 'react';
import { badFoldersResource, badTagsResource, type BadTags } from '../../api/tag-requests.js';
import { useResource } from '../../state/resources.js';
import { useStore } from '../../state/store.js';

const everyMs = 3_000;

const none: ReadonlyMap<string, number> = new Map();

/** Bad tags under each folder, as of a moment ago. */
export function useBadFolders(): ReadonlyMap<string, number> {
  return useResource(badFoldersResource, everyMs).data ?? none;
}

/** Which tags are Bad, asked for only while somebody wants to know. */
export function useBadTags(wanted: boolean): BadTags | undefined {
  useEffect(() => (wanted ? badTagsResource.watch(everyMs) : undefined), [wanted]);
  const { data } = useStore(badTagsResource);
  return wanted ? data : undefined;
}
