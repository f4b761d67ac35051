import { silentLogger } from '@fieldwarden/core';
import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FollowedTags } from './followed-tags.js';
import { TagStore } from './store/tag-store.js';
import { tag } from './testing/test-tags.js';

describe('followed tags', () => {
  let store: TagStore;
  let heard: string[];
  let followed: FollowedTags<string>;

  beforeEach(() => {
    store = new TagStore(new FakeClock(), silentLogger);
    heard = [];
    followed = new FollowedTags<string>(store, {
      changed: (handle, follower) => heard.push(`${follower} is ${String(store.value(handle))}`),
      came: (handle, follower) => heard.push(`${follower} came as ${store.definition(handle)?.path}`),
      gone: (handle, follower) => heard.push(`${follower} goes, ${store.definition(handle)?.path}`),
      redefined: (handle, follower) => heard.push(`${follower} in ${store.definition(handle)?.unit}`),
    });
  });

  const told = (): readonly string[] => heard.splice(0);

  it('are told of, others are not', () => {
    const [a, b] = store.define([tag('a'), tag('b')]);
    expect(followed.follow('a', 'A')).toBe(a);
    store.set(a, 1);
    store.set(b, 2);
    expect(told()).toEqual(['A is 1']);
    expect([followed.followerOf(a), followed.followerOf(b), followed.size]).toEqual(['A', undefined, 1]);
  });

  it('may come later, go and come back under another handle', () => {
    expect(followed.follow('late', 'L')).toBeUndefined();
    const [other, late] = store.define([tag('other'), tag('late')]);
    store.set(late, 1);
    store.remove(Uint32Array.of(other, late));
    expect(told()).toEqual(['L came as late', 'L is 1', 'L goes, late']);
    const [again] = store.define([tag('late'), tag('more')]);
    store.set(again, 2);
    expect(told()).toEqual(['L came as late', 'L is 2']);
  });

  it('are never mistaken for another tag that has got their handle', () => {
    const [a] = store.define([tag('a')]);
    followed.follow('a', 'A');
    store.remove(Uint32Array.of(a));
    const [b] = store.define([tag('b')]);
    expect(b).toBe(a);
    store.set(b, 1);
    expect([told(), followed.followerOf(b)]).toEqual([['A goes, a'], undefined]);
  });

  it('are told of when they are defined anew', () => {
    const [a, b] = store.define([tag('a'), tag('b')]);
    followed.follow('a', 'A');
    store.redefine(Uint32Array.of(a, b), [
      { ...tag('a'), unit: 'bar' },
      { ...tag('b'), unit: 'bar' },
    ]);
    expect(told()).toEqual(['A in bar']);
  });

  it('have one follower each, who may stop, also when it is told', () => {
    const [a, b] = store.define([tag('a'), tag('b')]);
    followed.follow('a', 'A');
    followed.follow('a', 'second');
    followed.unfollow('b');
    store.set(a, 1);
    followed.unfollow('a');
    store.set(a, 2);
    expect([told(), followed.size]).toEqual([['second is 1'], 0]);
    using once = new FollowedTags<string>(store, {
      changed: () => {
        once.unfollow('a');
        once.unfollow('b');
        heard.push('once');
      },
    });
    once.follow('a', 'A');
    once.follow('b', 'B');
    store.fail(Uint32Array.of(a, b), 0x80000000, 1);
    expect(told()).toEqual(['once']);
  });

  it('are not told of after the end', () => {
    const [a] = store.define([tag('a')]);
    followed.follow('a', 'A');
    followed[Symbol.dispose]();
    store.set(a, 1);
    store.remove(Uint32Array.of(a));
    expect(told()).toEqual([]);
  });

  it('tell exactly what a follower of everything would, whatever comes, goes and is followed', () => {
    const paths = ['a', 'b', 'c', 'd'];
    const path = fc.constantFrom(...paths);
    const step = fc.record({ what: fc.constantFrom('define', 'remove', 'follow', 'unfollow', 'set'), path });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const own = new TagStore(new FakeClock(), silentLogger);
        const wanted = new Set<string>();
        const [expected, actual]: [string[], string[]] = [[], []];
        using some = new FollowedTags<string>(own, {
          changed: (handle, follower) => actual.push(`${follower} ${handle}`),
        });
        own.onChange((handles, count) => {
          for (const handle of handles.subarray(0, count)) {
            const name = own.definition(handle)?.path ?? '';
            if (wanted.has(name)) expected.push(`${name} ${handle}`);
          }
        });
        for (const [i, each] of steps.entries()) {
          const handle = own.handleOf(each.path);
          if (each.what === 'define' && handle === undefined) own.define([tag(each.path)]);
          if (each.what === 'remove' && handle !== undefined) own.remove(Uint32Array.of(handle));
          if (each.what === 'set' && handle !== undefined) own.set(handle, i);
          if (each.what === 'follow') some.follow(each.path, (wanted.add(each.path), each.path));
          if (each.what === 'unfollow') some.unfollow((wanted.delete(each.path), each.path));
        }
        expect(actual).toEqual(expected);
      }),
    );
  });
});
