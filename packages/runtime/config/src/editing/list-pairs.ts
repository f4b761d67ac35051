/** Which old member goes on as which new one. */
export interface ListPairs {
  /** By place of the old member: place of the new one; undefined for one that goes. */
  readonly partners: readonly (number | undefined)[];
  /** Place of the old member behind which new ones come (-1 = before all) → their places, in order. */
  readonly inserted: ReadonlyMap<number, readonly number[]>;
}

/**
 * Pairs members of equal names as far as their order is the same in both; between two such, members go on in turn whatever they are
 * called. Names are undefined where a member has none.
 */
export function pairUp(before: readonly unknown[], after: readonly unknown[]): ListPairs {
  const partners: (number | undefined)[] = before.map(() => undefined);
  const inserted = new Map<number, number[]>();
  let old = 0;
  let next = 0;
  const closeGap = (oldEnd: number, nextEnd: number): void => {
    while (old < oldEnd && next < nextEnd) partners[old++] = next++;
    old = oldEnd;
    if (next < nextEnd)
      inserted.set(
        old - 1,
        Array.from({ length: nextEnd - next }, (_, i) => next + i),
      );
    next = nextEnd;
  };
  for (const [i, j] of inSameOrder(before, after)) {
    closeGap(i, j);
    partners[i] = j;
    old = i + 1;
    next = j + 1;
  }
  closeGap(before.length, after.length);
  return { partners, inserted };
}

/** The longest run of members with names of their own that have the same order in both. */
function inSameOrder(before: readonly unknown[], after: readonly unknown[]): readonly (readonly [number, number])[] {
  const places = new Map<unknown, number>();
  const twice = new Set<unknown>();
  for (const [i, name] of before.entries()) {
    if (places.has(name)) twice.add(name);
    places.set(name, i);
  }
  const seen = new Set<unknown>();
  const pairs: [number, number][] = [];
  for (const [j, name] of after.entries()) {
    const i = name === undefined || twice.has(name) || seen.has(name) ? undefined : places.get(name);
    seen.add(name);
    if (i !== undefined) pairs.push([i, j]);
  }
  return longestRise(pairs);
}

/** Patience sorting: of pairs in the order of their second number, the longest choice whose first numbers rise. */
function longestRise(pairs: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const tails: number[] = [];
  const before: number[] = [];
  for (const [p, [value]] of pairs.entries()) {
    let low = 0;
    for (let high = tails.length; low < high;) {
      const middle = (low + high) >> 1;
      if (pairs[tails[middle]][0] < value) low = middle + 1;
      else high = middle;
    }
    before[p] = low > 0 ? tails[low - 1] : -1;
    tails[low] = p;
  }
  const chosen: (readonly [number, number])[] = [];
  for (let p = tails.at(-1) ?? -1; p >= 0; p = before[p]) chosen.push(pairs[p]);
  return chosen.reverse();
}
