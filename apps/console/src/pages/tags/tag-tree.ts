import { lowerBound } from './tag-directory.js';

export interface FolderRow {
  readonly kind: 'folder';
  /** With a slash at its end. */
  readonly folder: string;
  readonly name: string;
  /** 1 = top. */
  readonly level: number;
  readonly tags: number;
  readonly expanded: boolean;
}

export interface TagTreeRow {
  readonly kind: 'tag';
  /** In the directory. */
  readonly index: number;
  readonly level: number;
}

export type TreeRow = FolderRow | TagTreeRow;

/**
 * The rows of the tree that are not folded away. A folder is a range of the ordered paths, so that only what is open costs anything:
 * a hundred thousand tags in a closed folder are two binary searches.
 */
export function treeRows(paths: readonly string[], expanded: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const tree = { paths, expanded };
  const [from, to] = [lowerBound(paths, systemFolder), lowerBound(paths, `${systemFolder}\uffff`)];
  addRows(rows, tree, { prefix: '', from: 0, to: from, level: 1 });
  addRows(rows, tree, { prefix: '', from: to, to: paths.length, level: 1 });
  addRows(rows, tree, { prefix: '', from, to, level: 1 });
  return rows;
}

/** Tags of the gateway itself, behind those of the plant. */
export const systemFolder = '_system/';

interface Tree {
  readonly paths: readonly string[];
  readonly expanded: ReadonlySet<string>;
}

interface Range {
  readonly prefix: string;
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

function addRows(rows: TreeRow[], tree: Tree, { prefix, from, to, level }: Range): void {
  let index = from;
  while (index < to) {
    const slash = tree.paths[index].indexOf('/', prefix.length);
    if (slash < 0) {
      rows.push({ kind: 'tag', index, level });
      index += 1;
      continue;
    }
    const folder = tree.paths[index].slice(0, slash + 1);
    const end = lowerBound(tree.paths, `${folder}\uffff`, index, to);
    const expanded = tree.expanded.has(folder);
    rows.push({ kind: 'folder', folder, name: folder.slice(prefix.length, -1), level, tags: end - index, expanded });
    if (expanded) addRows(rows, tree, { prefix: folder, from: index, to: end, level: level + 1 });
    index = end;
  }
}

/** Every folder above these tags, for plants that fit on a few screens. */
export function allFolders(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap(foldersAbove));
}

export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash + 1));
  return folders;
}
