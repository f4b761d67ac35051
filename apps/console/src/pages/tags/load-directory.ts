import { ApiError } from '../../api/api-error.js';
import { tagPage } from '../../api/tag-requests.js';
import { createStore } from '../../state/store.js';
import { TagDirectory } from './tag-directory.js';

export interface DirectoryState {
  readonly directory: TagDirectory;
  /** Rises with every page; the directory itself is filled in place. */
  readonly version: number;
  readonly problem: ApiError | undefined;
}

/** The first page is small so that something is there at once; the others are as large as the gateway lets them. */
const firstPage = 500;
const furtherPages = 10_000;

export const directoryStore = createStore<DirectoryState>({
  directory: new TagDirectory(),
  version: 0,
  problem: undefined,
});

let loading = 0;

/** Loads all tags anew; a load that was under way is given up. The old directory stays until the first page is there. */
export async function loadDirectory(): Promise<void> {
  const mine = (loading += 1);
  const directory = new TagDirectory();
  let cursor: string | undefined;
  try {
    do {
      const page = await tagPage(cursor === undefined ? firstPage : furtherPages, cursor);
      if (mine !== loading) return;
      directory.append(page);
      publish(directory, undefined);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  } catch (error) {
    if (mine === loading) publish(directoryStore.get().directory, ApiError.of(error));
  }
}

function publish(directory: TagDirectory, problem: ApiError | undefined): void {
  directoryStore.update(({ version }) => ({ directory, version: version + 1, problem }));
}
