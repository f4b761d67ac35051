import { useEffect } from 'react';
import { tagDefinitions } from '../../live/live.js';
import { useStore } from '../../state/store.js';
import { directoryStore, loadDirectory, type DirectoryState } from './load-directory.js';

let loadedFor = -1;

/** All tags; loaded again whenever some may have come or gone. */
export function useDirectory(): DirectoryState {
  const definitions = useStore(tagDefinitions);
  useEffect(() => {
    if (loadedFor === definitions && !directoryStore.get().problem) return;
    loadedFor = definitions;
    void loadDirectory();
  }, [definitions]);
  return useStore(directoryStore);
}
