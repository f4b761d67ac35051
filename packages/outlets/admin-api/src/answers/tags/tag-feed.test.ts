import { silentLogger, statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { FakeClock, memoryTag } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { StoreTagFeed } from './tag-feed.js';
import { tagValueShape } from './tag-views.js';

function tag(path: string, scalar: TagDefinition['type']['scalar'] = 'float64', arrayLength?: number): TagDefinition {
  const type = { scalar, ...(arrayLength !== undefined && { arrayLength }) };
  return memoryTag(path, { type });
}

describe('values of many tags for one client (§2)', () => {
  let store: TagStore;
  let wakes: number;
  let feed: StoreTagFeed;

  beforeEach(() => {
    store = new TagStore(new FakeClock(), silentLogger);
    wakes = 0;
    feed = new StoreTagFeed(store, () => (wakes += 1));
  });

  const taken = (maxChars = Infinity) => JSON.parse(`[${feed.take(maxChars)}]`) as { path: string; value: unknown }[];
  const pathsTaken = (maxChars?: number) => taken(maxChars).map(({ path }) => path);

  it('gives what is newly followed once, then only what changed, the latest of each', () => {
    const [a, b] = store.define([tag('a'), tag('b')]);
    expect(feed.follow(['a', 'b', 'c'])).toBe(2);
    expect(pathsTaken()).toEqual(['a', 'b']);
    expect(feed.pending).toBe(false);
    for (const value of [1, 2, 3]) store.set(b, value);
    expect(taken()).toMatchObject([{ path: 'b', value: 3, status: 'Good' }]);
    feed.follow(['b']);
    store.set(a, 9);
    expect([feed.pending, taken()]).toEqual([false, []]);
  });

  it('tells the source times of what was read again without a change, once, together', () => {
    const clock = new FakeClock();
    store = new TagStore(clock, silentLogger);
    feed = new StoreTagFeed(store, () => undefined);
    const handles = store.define([tag('a'), tag('b'), tag('waits')]);
    feed.follow(['a', 'b', 'waits', 'none']);
    const read = (atMs: number, values: readonly number[]): void => {
      const columns = new ValueColumns(values.length);
      values.forEach((value, row) => columns.setNumber(row, value, atMs));
      store.apply(handles.subarray(0, values.length), columns);
    };
    read(1_000, [1, 1]);
    expect(feed.takeReadings()).toEqual([]);
    taken();
    expect(feed.takeReadings()).toEqual([]);
    read(2_000, [1, 2]);
    expect(feed.takeReadings()).toEqual([{ sourceAt: '1970-01-01T00:00:02.000Z', paths: ['a'] }]);
    expect(taken()).toMatchObject([{ path: 'b', sourceAt: '1970-01-01T00:00:02.000Z' }]);
    read(3_000, [1, 2]);
    expect(feed.takeReadings()).toEqual([{ sourceAt: '1970-01-01T00:00:03.000Z', paths: ['a', 'b'] }]);
    expect([feed.takeReadings(), feed.pending]).toEqual([[], false]);
  });

  it('wakes once per time that everything had been taken', () => {
    const [a, b] = store.define([tag('a'), tag('b')]);
    feed.follow(['a', 'b']);
    store.set(a, 1);
    store.set(b, 1);
    expect(wakes).toBe(1);
    feed.take(Infinity);
    store.set(a, 2);
    store.set(a, 3);
    expect(wakes).toBe(2);
  });

  it('gives at least one value, then up to as much text as there is room for; the rest waits in its turn', () => {
    const paths = Array.from({ length: 100 }, (_, i) => `tag/${i}`);
    const handles = store.define(paths.map((path) => tag(path)));
    feed.follow(paths);
    expect(pathsTaken(0)).toEqual(['tag/0']);
    expect(pathsTaken(1_000).length).toBeLessThan(20);
    store.set(handles[0], 5);
    const rest = pathsTaken();
    expect([rest.at(-1), feed.pending]).toEqual(['tag/0', false]);
    expect(new Set(rest).size).toBe(rest.length);
  });

  it('follows a tag that comes later, forgets one that goes, and never takes another tag of its handle for it', () => {
    feed.follow(['late', 'gone']);
    const [gone] = store.define([tag('gone')]);
    expect(pathsTaken()).toEqual(['gone']);
    store.set(gone, 1);
    store.remove(Uint32Array.of(gone));
    const [other] = store.define([tag('other')]);
    store.set(other, 1);
    expect([other, feed.pending, taken()]).toEqual([gone, false, []]);
    store.define([tag('late')]);
    expect(pathsTaken()).toEqual(['late']);
  });

  it('writes exactly what every other view of a tag shows', () => {
    const values: readonly [TagDefinition, TagValue][] = [
      [tag('float'), 0.1],
      [tag('nan'), NaN],
      [tag('infinite'), -Infinity],
      [tag('bool', 'bool'), true],
      [tag('text', 'string'), 'a "quoted" \n line'],
      [tag('big', 'int64'), 9_007_199_254_740_993n],
      [tag('small', 'int64'), -5n],
      [tag('bytes', 'bytes'), Uint8Array.of(1, 255)],
      [tag('time', 'datetime'), Date.UTC(2030, 0, 1)],
      [tag('array', 'float32', 3), [1, NaN, 3]],
    ];
    const handles = store.define([...values.map(([definition]) => definition), tag('never')]);
    values.forEach(([, value], i) => store.set(handles[i], value, Date.UTC(2031, 0, 1, 0, 0, i)));
    feed.follow([...values.map(([{ path }]) => path), 'never']);
    expect(taken()).toEqual(
      [...handles].map((handle) => JSON.parse(JSON.stringify(tagValueShape(store, handle))) as unknown),
    );
  });

  it('loses no last value, whatever changes and whatever is taken in between', () => {
    const paths = ['a', 'b', 'c'];
    const step = fc.oneof(
      fc.record({ tag: fc.integer({ min: 0, max: 2 }), value: fc.integer() }),
      fc.record({ take: fc.integer({ min: 0, max: 400 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const own = new TagStore(new FakeClock(), silentLogger);
        using follower = new StoreTagFeed(own, () => undefined);
        const handles = own.define(paths.map((path) => tag(path)));
        follower.follow(paths);
        const seen = new Map<string, unknown>();
        const see = (text: string): void => {
          for (const { path, value } of JSON.parse(`[${text}]`) as { path: string; value: unknown }[])
            seen.set(path, value);
        };
        for (const each of steps) {
          if ('take' in each) see(follower.take(each.take));
          else own.set(handles[each.tag], each.value);
        }
        while (follower.pending) see(follower.take(0));
        expect([...seen.values()]).toHaveLength(3);
        for (const [i, path] of paths.entries()) expect(seen.get(path)).toBe(own.value(handles[i]));
      }),
    );
  });

  it('ends', () => {
    const [a] = store.define([tag('a')]);
    feed.follow(['a']);
    feed.take(Infinity);
    feed[Symbol.dispose]();
    store.set(a, 1);
    const columns = new ValueColumns(1);
    columns.setBad(0, statusCodes.BadTimeout, 1);
    store.apply(Uint32Array.of(a), columns);
    expect([feed.pending, wakes]).toEqual([false, 1]);
  });
});
