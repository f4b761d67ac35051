import type { TagSource } from '@fieldwarden/service';

export interface TagPaths {
  readonly paths: readonly string[];
  /** How many there are with this prefix, on all pages. */
  readonly total: number;
  /** Pass as `after` for the next page; null at the end. */
  readonly nextCursor: string | null;
}

/** The paths of all tags in order, for lists and prefixes; made anew when asked after tags came or went. */
export class TagIndex implements Disposable {
  readonly #store: TagSource;
  readonly #subscription: Disposable;
  #sorted: string[] | undefined;

  constructor(store: TagSource) {
    this.#store = store;
    const forget = (): void => void (this.#sorted = undefined);
    this.#subscription = store.onDefinition({ defined: forget, removed: forget });
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  /** Up to `limit` paths that start with `prefix` and come after `after`. */
  page(prefix: string, after: string | undefined, limit: number): TagPaths {
    const sorted = (this.#sorted ??= [...this.#store.entries()].map(([path]) => path).sort(byCodeUnit));
    const first = lowerBound(sorted, prefix);
    const end = lowerBound(sorted, `${prefix}\uffff`);
    const from = after === undefined ? first : Math.max(first, lowerBound(sorted, `${after}\u0000`));
    const paths = sorted.slice(from, Math.min(from + limit, end));
    return { paths, total: end - first, nextCursor: from + limit < end ? (paths.at(-1) ?? null) : null };
  }
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
