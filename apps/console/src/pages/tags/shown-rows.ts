import type { TagDirectory } from './tag-directory.js';
import { systemFolder, treeRows, type TreeRow } from './tag-tree.js';

export interface TagFilter {
  readonly text: string;
  /** Null: of every driver. */
  readonly driver: string | null;
  /** Undefined: Bad or not. */
  readonly badPaths: readonly string[] | undefined;
}

/** A filter makes a list of the tree. */
export function isFiltered({ text, driver }: TagFilter, onlyBad: boolean): boolean {
  return text.trim() !== '' || driver !== null || onlyBad;
}

/** What the page shows: the tree, or a list of what matches, the plant's own first. */
export function shownRows(
  directory: TagDirectory,
  { text, driver, badPaths }: TagFilter,
  expanded: ReadonlySet<string>,
): readonly TreeRow[] {
  if (text.trim() === '' && driver === null && !badPaths) return treeRows(directory.paths, expanded);
  const ofDriver = driver === null ? undefined : new Set(directory.ofDriver(driver));
  const bad = badPaths && new Set(badPaths.map((path) => directory.indexOf(path)));
  const found = directory.search(text).filter((index) => (ofDriver?.has(index) ?? true) && (bad?.has(index) ?? true));
  const isSystem = (index: number): boolean => directory.paths[index].startsWith(systemFolder);
  const plantFirst = [...found.filter((index) => !isSystem(index)), ...found.filter(isSystem)];
  return plantFirst.map((index) => ({ kind: 'tag', index, level: 1 }));
}
