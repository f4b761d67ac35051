/** A view that somebody kept under a name; `search` is the address of the page. */
export interface SavedTrend {
  readonly name: string;
  readonly search: string;
}

/** More than anybody finds again in a menu. */
export const maxSavedTrends = 50;

export const maxNameLength = 60;

/** What the browser keeps between visits. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

/** Views of one person in this browser. What is there and can't be read counts as none. */
export function savedTrends(shelf: Shelf, person: string): readonly SavedTrend[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(keyOf(person)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isSavedTrend).slice(0, maxSavedTrends) : [];
  } catch {
    return [];
  }
}

/** The same name replaces; in order of names. Throws when the browser keeps no more. */
export function saveTrend(shelf: Shelf, person: string, trend: SavedTrend): readonly SavedTrend[] {
  const name = trend.name.trim().slice(0, maxNameLength);
  const others = savedTrends(shelf, person).filter((each) => each.name !== name);
  if (others.length >= maxSavedTrends)
    throw new RangeError(`${maxSavedTrends} saved trends are the most; remove one first`);
  return put(shelf, person, [...others, { name, search: trend.search }]);
}

export function removeTrend(shelf: Shelf, person: string, name: string): readonly SavedTrend[] {
  return put(
    shelf,
    person,
    savedTrends(shelf, person).filter((each) => each.name !== name),
  );
}

function put(shelf: Shelf, person: string, trends: readonly SavedTrend[]): readonly SavedTrend[] {
  const sorted = trends.toSorted((a, b) => a.name.localeCompare(b.name));
  shelf.setItem(keyOf(person), JSON.stringify(sorted));
  return sorted;
}

const keyOf = (person: string): string => `fieldwarden.trends.${person}`;

function isSavedTrend(value: unknown): value is SavedTrend {
  const { name, search } = (value ?? {}) as Partial<SavedTrend>;
  return typeof name === 'string' && name !== '' && typeof search === 'string';
}
