/** One folder of the address space: a path prefix that at least one tag has. */
export interface Folder {
  /** `area/line`; empty for the root, which is the Objects folder. */
  readonly path: string;
  readonly name: string;
  readonly parent: Folder | undefined;
  readonly folders: ReadonlySet<Folder>;
  readonly tags: readonly number[];
}

class FolderNode implements Folder {
  readonly path: string;
  readonly name: string;
  readonly parent: FolderNode | undefined;
  readonly folders = new Set<FolderNode>();
  tags: number[] = [];

  constructor(path: string, parent: FolderNode | undefined) {
    this.path = path;
    this.name = lastSegment(path);
    this.parent = parent;
  }
}

/** The folders that the paths of tags imply: a few bytes per tag. Folders appear with their first tag and go with their last. */
export class FolderTree {
  readonly #folders = new Map<string, FolderNode>();
  readonly root: Folder;

  constructor() {
    const root = new FolderNode('', undefined);
    this.#folders.set('', root);
    this.root = root;
  }

  get(path: string): Folder | undefined {
    return this.#folders.get(path);
  }

  add(handles: Iterable<number>, pathOf: (handle: number) => string | undefined): void {
    let folder: FolderNode | undefined;
    for (const handle of handles) {
      const path = pathOf(handle);
      if (path === undefined) continue;
      const parent = parentPath(path);
      if (folder?.path !== parent) folder = this.#ensure(parent);
      folder.tags.push(handle);
    }
  }

  remove(handles: Iterable<number>, pathOf: (handle: number) => string | undefined): void {
    const gone = new Map<FolderNode, Set<number>>();
    for (const handle of handles) {
      const path = pathOf(handle);
      const folder = path === undefined ? undefined : this.#folders.get(parentPath(path));
      if (folder) gone.set(folder, (gone.get(folder) ?? new Set()).add(handle));
    }
    for (const [folder, leaving] of gone) {
      folder.tags = folder.tags.filter((handle) => !leaving.has(handle));
      this.#prune(folder);
    }
  }

  #ensure(path: string): FolderNode {
    const found = this.#folders.get(path);
    if (found) return found;
    const parent = this.#ensure(parentPath(path));
    const folder = new FolderNode(path, parent);
    parent.folders.add(folder);
    this.#folders.set(path, folder);
    return folder;
  }

  #prune(folder: FolderNode): void {
    const { parent } = folder;
    if (!parent || folder.tags.length > 0 || folder.folders.size > 0) return;
    this.#folders.delete(folder.path);
    parent.folders.delete(folder);
    this.#prune(parent);
  }
}

export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
