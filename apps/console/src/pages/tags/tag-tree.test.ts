import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allFolders, foldersAbove, treeRows, type TreeRow } from './tag-tree.js';

const paths = ['_system/gateway/pid', 'line/filler/count', 'line/filler/speed', 'line/total', 'line-2/speed'].sort();

function names(rows: readonly TreeRow[]): readonly string[] {
  return rows.map((row) => (row.kind === 'folder' ? `${row.folder} ${row.tags}` : `${row.level} ${paths[row.index]}`));
}

/** In code units, as the gateway orders paths. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const segment = fc.stringMatching(/^[A-Za-z0-9_.-]{1,4}$/);
const anyPaths = fc
  .uniqueArray(
    fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/')),
    { maxLength: 60 },
  )
  .map((all) => all.toSorted(byCodeUnit));

describe('the tree of tags', () => {
  it('shows closed folders with their counts, those of the gateway itself last', () => {
    expect(names(treeRows(paths, new Set()))).toEqual(['line-2/ 1', 'line/ 3', '_system/ 1']);
  });

  it('opens one folder without the others', () => {
    expect(names(treeRows(paths, new Set(['line/'])))).toEqual([
      'line-2/ 1',
      'line/ 3',
      'line/filler/ 2',
      '2 line/total',
      '_system/ 1',
    ]);
  });

  it('shows every tag once when everything is open, on the level of its path', () => {
    fc.assert(
      fc.property(anyPaths, (all) => {
        const shown = treeRows(all, allFolders(all)).filter((row) => row.kind === 'tag');
        expect(shown.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(all.map((_path, index) => index));
        for (const { index, level } of shown) expect(level).toBe(all[index].split('/').length);
      }),
    );
  });

  it('counts every tag below a folder', () => {
    fc.assert(
      fc.property(anyPaths, (all) => {
        for (const row of treeRows(all, allFolders(all))) {
          if (row.kind === 'folder') expect(row.tags).toBe(all.filter((path) => path.startsWith(row.folder)).length);
        }
      }),
    );
  });

  it('knows the folders above a tag', () => {
    expect(foldersAbove('line/filler/speed')).toEqual(['line/', 'line/filler/']);
  });
});
