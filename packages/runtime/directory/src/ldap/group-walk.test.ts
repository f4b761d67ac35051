import { describe, expect, it } from 'vitest';
import { maxDepth, maxGroups, walkGroups } from './group-walk.js';

/** A directory in which each name is in these groups. */
function directory(groups: Readonly<Record<string, readonly string[]>>) {
  const asked: string[][] = [];
  return {
    asked,
    ask: (members: readonly string[]) => {
      asked.push([...members]);
      return Promise.resolve(members.flatMap((member) => groups[member] ?? []));
    },
  };
}

describe('the groups of a person', () => {
  it('are those that it is in, and those that these are in', async () => {
    const { ask, asked } = directory({
      'cn=anna': ['cn=night', 'cn=day'],
      'cn=night': ['cn=all'],
      'cn=day': ['cn=all'],
    });
    expect(await walkGroups('cn=anna', ask)).toEqual(['cn=night', 'cn=day', 'cn=all']);
    expect(asked).toEqual([['cn=anna'], ['cn=night', 'cn=day'], ['cn=all']]);
  });

  it('are each there once, where groups are in each other', async () => {
    const { ask, asked } = directory({ 'cn=anna': ['cn=a'], 'cn=a': ['cn=b'], 'cn=b': ['CN=A', 'cn=b'] });
    expect(await walkGroups('cn=anna', ask)).toEqual(['cn=a', 'cn=b']);
    expect(asked).toHaveLength(3);
  });

  it('are followed over eight levels', async () => {
    const levels = Array.from({ length: 12 }, (_, i): [string, string[]] => [`cn=${i}`, [`cn=${i + 1}`]]);
    const { ask } = directory(Object.fromEntries(levels));
    expect(await walkGroups('cn=0', ask)).toHaveLength(maxDepth);
  });

  it('are a thousand at most', async () => {
    const { ask, asked } = directory({ 'cn=anna': Array.from({ length: 3000 }, (_, i) => `cn=${i}`) });
    expect(await walkGroups('cn=anna', ask)).toHaveLength(maxGroups);
    expect(asked).toHaveLength(1);
  });
});
