import type { TagPage, TagRow } from '@fieldwarden/admin-contract';

/** What is known of a tag beside its value. */
export type KnownTag = Pick<
  TagRow,
  'path' | 'driverId' | 'device' | 'serviceId' | 'dataType' | 'access' | 'unit' | 'description'
>;

/** All tags, in order of their paths, in columns: a hundred thousand of them fit into a few megabytes. */
export class TagDirectory {
  readonly #paths: string[] = [];
  readonly #haystacks: string[] = [];
  readonly #rows: Omit<KnownTag, 'path'>[] = [];
  readonly #shared = new Map<string, Omit<KnownTag, 'path'>>();
  #total = 0;
  #complete = false;

  /** Loaded so far. */
  get size(): number {
    return this.#paths.length;
  }

  /** There are, by the gateway's count. */
  get total(): number {
    return this.#total;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Pages come in order; `nextCursor` null ends them. */
  append({ tags, total, nextCursor }: TagPage): void {
    for (const tag of tags) this.#push(tag);
    this.#total = total;
    this.#complete = nextCursor === null;
  }

  at(index: number): KnownTag {
    return { path: this.#paths[index], ...this.#rows[index] };
  }

  indexOf(path: string): number {
    const index = lowerBound(this.#paths, path);
    return this.#paths[index] === path ? index : -1;
  }

  /** Indices of the tags whose path, description, driver or device contain every word. */
  search(text: string): readonly number[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found: number[] = [];
    this.#haystacks.forEach((haystack, index) => {
      if (words.every((word) => haystack.includes(word))) found.push(index);
    });
    return found;
  }

  ofDriver(driverId: string): readonly number[] {
    return this.#rows.flatMap((row, index) => (row.driverId === driverId ? [index] : []));
  }

  #push({ path, driverId, device, serviceId, dataType, access, unit, description }: TagRow): void {
    this.#paths.push(path);
    this.#haystacks.push(`${path} ${driverId ?? serviceId ?? ''}/${device ?? ''} ${description ?? ''}`.toLowerCase());
    this.#rows.push(this.#sharedRow({ driverId, device, serviceId, dataType, access, unit, description }));
  }

  /** Most tags of a device differ in nothing but their path. */
  #sharedRow(row: Omit<KnownTag, 'path'>): Omit<KnownTag, 'path'> {
    const key = JSON.stringify(row);
    const shared = this.#shared.get(key);
    if (!shared) this.#shared.set(key, row);
    return shared ?? row;
  }
}

/** First index whose path is not before `key`, in code units, as the gateway orders them. */
export function lowerBound(paths: readonly string[], key: string, from = 0, to = paths.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (paths[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
