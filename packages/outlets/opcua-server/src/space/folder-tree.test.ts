import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FolderTree, lastSegment, parentPath, type Folder } from './folder-tree.js';

const paths = fc.uniqueArray(
  fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((s) => s.join('/')),
  { maxLength: 40 },
);

function everyFolder(folder: Folder): Folder[] {
  return [folder, ...[...folder.folders].flatMap(everyFolder)];
}

describe('folder tree', () => {
  test('has one folder per prefix, each with its own tags', () => {
    const tags = ['area/line/speed', 'area/line/temperature', 'area/mode', 'clock'];
    const tree = new FolderTree();
    tree.add(tags.keys(), (handle) => tags[handle]);
    expect(tree.get('area/line')?.tags).toEqual([0, 1]);
    expect([...tree.get('area')!.folders].map(({ name }) => name)).toEqual(['line']);
    expect(tree.get('area')?.tags).toEqual([2]);
    expect(tree.root.tags).toEqual([3]);
  });

  test('after any removals it is what the remaining tags alone would have made', () => {
    fc.assert(
      fc.property(paths, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (all, leaves) => {
        const tree = new FolderTree();
        tree.add(all.keys(), (handle) => all[handle]);
        tree.remove(
          [...all.keys()].filter((handle) => leaves[handle]),
          (handle) => all[handle],
        );
        const fresh = new FolderTree();
        fresh.add(
          [...all.keys()].filter((handle) => !leaves[handle]),
          (handle) => all[handle],
        );
        const shape = (one: FolderTree): unknown =>
          everyFolder(one.root)
            .map(({ path, tags }) => [path, [...tags].sort()])
            .sort();
        expect(shape(tree)).toEqual(shape(fresh));
      }),
    );
  });

  test('takes paths apart', () => {
    expect([parentPath('a/b/c'), lastSegment('a/b/c')]).toEqual(['a/b', 'c']);
    expect([parentPath('a'), lastSegment('a')]).toEqual(['', 'a']);
  });
});
