import { describe, expect, it } from 'vitest';
import { Rounds } from './rounds.mjs';

/** Rounds with a timer and work that end when they are told to. */
function watched() {
  let due;
  const begun = [];
  const rounds = new Rounds((files) => new Promise((settle) => begun.push({ files, end: settle })), {
    setTimer: (work) => {
      due = work;
      return () => (due = undefined);
    },
  });
  const quiet = () => {
    due?.();
    due = undefined;
  };
  const end = async (isWell) => {
    begun.at(-1).end(isWell);
    await new Promise((settle) => setImmediate(settle));
  };
  return { rounds, quiet, end, files: () => begun.map(({ files }) => files) };
}

describe('rounds of work', () => {
  it('begin when it is quiet, with everything that changed', () => {
    const { rounds, quiet, files } = watched();
    ['b.ts', 'a.ts', 'b.ts'].forEach((file) => rounds.changed(file));
    expect(files()).toEqual([]);
    quiet();
    expect(files()).toEqual([['a.ts', 'b.ts']]);
  });

  it('leave what changes meanwhile to the next round, which begins at once', async () => {
    const { rounds, quiet, end, files } = watched();
    rounds.changed('a.ts');
    quiet();
    rounds.changed('b.ts');
    quiet();
    expect(files()).toEqual([['a.ts']]);
    await end(true);
    expect(files()).toEqual([['a.ts'], ['b.ts']]);
  });

  it('keep what is not well for the next change, and forget it once it is', async () => {
    const { rounds, quiet, end, files } = watched();
    rounds.changed('a.ts');
    quiet();
    await end(false);
    expect(files()).toHaveLength(1);
    rounds.changed('b.ts');
    quiet();
    await end(true);
    rounds.changed('c.ts');
    quiet();
    expect(files()).toEqual([['a.ts'], ['a.ts', 'b.ts'], ['c.ts']]);
  });

  it('work on a change during a failed round together with what failed', async () => {
    const { rounds, quiet, end, files } = watched();
    rounds.changed('a.ts');
    quiet();
    rounds.changed('b.ts');
    quiet();
    await end(false);
    expect(files().at(-1)).toEqual(['a.ts', 'b.ts']);
  });
});
