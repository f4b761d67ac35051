import { describe, expect, it } from 'vitest';
import { TestClock } from '../platform/test-clock.js';
import { maxWatchedPaths, WatchedPaths } from './watched-paths.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function watching() {
  const clock = new TestClock();
  const sent: (readonly string[])[] = [];
  const state = { fails: false };
  const watched = new WatchedPaths(clock, (paths) => {
    sent.push(paths);
    return state.fails ? Promise.reject(new Error('no')) : Promise.resolve();
  });
  return { clock, sent, state, watched };
}

describe('the watched tags', () => {
  it('are told as one set when scrolling rests', () => {
    const { clock, sent, watched } = watching();
    watched.connected();
    clock.advance(0);
    const first = watched.add(['a', 'b']);
    clock.advance(50);
    first();
    watched.add(['b', 'c']);
    clock.advance(1_000);
    expect(sent).toEqual([[], ['b', 'c']]);
  });

  it('stay as long as anybody looks at them', () => {
    const { clock, sent, watched } = watching();
    watched.connected();
    const row = watched.add(['a']);
    const details = watched.add(['a']);
    row();
    clock.advance(1_000);
    expect(sent.at(-1)).toEqual(['a']);
    details();
    clock.advance(1_000);
    expect(sent.at(-1)).toEqual([]);
  });

  it('are told again to every new stream, and not while there is none', () => {
    const { clock, sent, watched } = watching();
    watched.add(['a']);
    clock.advance(1_000);
    expect(sent).toEqual([]);
    watched.connected();
    clock.advance(0);
    watched.disconnected();
    watched.add(['b']);
    clock.advance(1_000);
    watched.connected();
    clock.advance(0);
    expect(sent).toEqual([['a'], ['a', 'b']]);
  });

  it('are told again when the gateway did not take them', async () => {
    const { clock, sent, state, watched } = watching();
    state.fails = true;
    watched.connected();
    clock.advance(0);
    await settled();
    state.fails = false;
    clock.advance(2_000);
    await settled();
    clock.advance(60_000);
    expect(sent).toHaveLength(2);
  });

  it('are never more than a stream takes', () => {
    const { watched } = watching();
    watched.add(Array.from({ length: maxWatchedPaths + 10 }, (_none, index) => `tag${index}`));
    expect(watched.paths).toHaveLength(maxWatchedPaths);
  });
});
