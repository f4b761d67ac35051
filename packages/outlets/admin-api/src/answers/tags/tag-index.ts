import type { TagSource } from '@fieldwarden/service';

export interface TagPaths {
  readonly paths: readonly string[];
  /** How many there are of those asked for, on all pages. */
  readonly total: number;
  /** Pass as `after` for the next page; null at the end. */
  readonly nextCursor: string | null;
}

/** Which tags a page is made of. */
export interface TagSelection {
  readonly prefix: string;
  /** The last path of the page before; undefined = the first page. */
  readonly after: string | undefined;
  readonly limit: number;
  /** Undefined: all of them. */
  readonly wanted?: ((handle: number) => boolean) | undefined;
}

interface Sorted {
  readonly paths: readonly string[];
  /** In the order of the paths. */
  readonly handles: Uint32Array;
}

/** The paths of all tags in order, for lists and prefixes; made anew when asked after tags came or went. */
export class TagIndex implements Disposable {
  readonly #store: TagSource;
  readonly #subscription: Disposable;
  #sorted: Sorted | undefined;

  constructor(store: TagSource) {
    this.#store = store;
    const forget = (): void => void (this.#sorted = undefined);
    this.#subscription = store.onDefinition({ defined: forget, removed: forget });
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  page({ prefix, after, limit, wanted }: TagSelection): TagPaths {
    const { paths, handles } = this.#all();
    const first = lowerBound(paths, prefix);
    const end = lowerBound(paths, `${prefix}\uffff`);
    const from = after === undefined ? first : Math.max(first, lowerBound(paths, `${after}\u0000`));
    if (wanted) return filteredPage(paths, handles, { first, from, end, limit, wanted });
    const page = paths.slice(from, Math.min(from + limit, end));
    return { paths: page, total: end - first, nextCursor: from + limit < end ? (page.at(-1) ?? null) : null };
  }

  /** How many tags under each folder are wanted, for folders that have any; at most `limit` folders. */
  folders(wanted: (handle: number) => boolean, limit: number): ReadonlyMap<string, number> {
    const { paths, handles } = this.#all();
    const direct = new Map<string, number>();
    for (const [i, handle] of handles.entries()) if (wanted(handle)) add(direct, folderOf(paths[i]), 1);
    const counts = new Map<string, number>();
    for (const [folder, count] of direct) {
      for (let above = folder; above !== ''; above = folderOf(above.slice(0, -1))) {
        if (counts.has(above) || counts.size < limit) add(counts, above, count);
      }
    }
    return counts;
  }

  #all(): Sorted {
    return (this.#sorted ??= sortedTags(this.#store));
  }
}

function sortedTags(store: TagSource): Sorted {
  const entries = [...store.entries()].sort(([a], [b]) => byCodeUnit(a, b));
  return { paths: entries.map(([path]) => path), handles: Uint32Array.from(entries, ([, handle]) => handle) };
}

function filteredPage(
  paths: readonly string[],
  handles: Uint32Array,
  range: { first: number; from: number; end: number; limit: number; wanted: (handle: number) => boolean },
): TagPaths {
  const { first, from, end, limit, wanted } = range;
  const page: string[] = [];
  let total = 0;
  let isMore = false;
  for (let i = first; i < end; i += 1) {
    if (!wanted(handles[i])) continue;
    total += 1;
    if (i < from) continue;
    if (page.length < limit) page.push(paths[i]);
    else isMore = true;
  }
  return { paths: page, total, nextCursor: isMore ? (page.at(-1) ?? null) : null };
}

/** With a slash at its end; empty for what lies in none. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function add(counts: Map<string, number>, folder: string, count: number): void {
  if (folder !== '') counts.set(folder, (counts.get(folder) ?? 0) + count);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
