import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { Turns } from './turns.js';

describe('turns', () => {
  it('let one action end before the next begins, also when it fails', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const action = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (name === 'first') throw new Error('first failed');
      return name;
    };
    const first = turns.take(action('first'));
    await expect(Promise.all([first, turns.take(action('second'))])).rejects.toThrow('first failed');
    expect(await turns.take(action('third'))).toBe('third');
    expect(seen).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('keep nothing of what an action gave', async () => {
    const turns = new Turns();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const given = new WeakRef(await turns.take(async () => ({ large: true })));
    await vi.waitFor(() => {
      collect();
      expect(given.deref() === undefined).toBe(true); // the object itself would be kept by the failed expectation
    });
    expect(await turns.take(async () => 1)).toBe(1);
  });
});
