import { describe, expect, it } from 'vitest';
import { isFiltered, shownRows } from './shown-rows.js';
import { TagDirectory } from './tag-directory.js';

function directoryOf(...paths: readonly [path: string, driverId: string | null][]): TagDirectory {
  const directory = new TagDirectory();
  const row = {
    value: 1,
    status: 'Good',
    statusCode: 0,
    sourceAt: null,
    serverAt: null,
    device: 'd',
    serviceId: null,
  } as const;
  const more = { dataType: 'bool', access: 'read-only', unit: null, description: null } as const;
  const tags = paths.map(([path, driverId]) => ({ path, driverId, ...row, ...more }));
  directory.append({ schema: 'fieldwarden/tags@1', tags, total: tags.length, nextCursor: null });
  return directory;
}

const directory = directoryOf(['_system/a', null], ['line/a', 'plc'], ['line/b', 'plc'], ['other/a', 'sim']);

function shown(text: string, driver: string | null, badPaths?: readonly string[]) {
  return shownRows(directory, { text, driver, badPaths }, new Set()).map((row) =>
    row.kind === 'tag' ? directory.paths[row.index] : row.folder,
  );
}

describe('the tags that are shown', () => {
  it('are the tree without a filter, else a list of those that match all of it', () => {
    expect(shown('', null)).toEqual(['line/', 'other/', '_system/']);
    expect(shown('a', null)).toEqual(['line/a', 'other/a', '_system/a']);
    expect(shown('/a', 'plc')).toEqual(['line/a']);
    expect(shown('', null, ['line/b', 'other/a', 'gone/x'])).toEqual(['line/b', 'other/a']);
    expect(shown('', 'plc', ['line/b', 'other/a'])).toEqual(['line/b']);
    expect(shown('', null, [])).toEqual([]);
  });

  it('are a list as soon as anything filters', () => {
    const none = { text: ' ', driver: null, badPaths: undefined };
    expect(isFiltered(none, false)).toBe(false);
    expect([isFiltered(none, true), isFiltered({ ...none, driver: 'plc' }, false)]).toEqual([true, true]);
  });
});
