import { silentLogger, statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { TagTrends } from './tag-trends.js';
import { sampleBytes } from './trend-ring.js';

const { Good, BadTimeout, BadNoCommunication } = statusCodes;

function tag(path: string, scalar: TagDefinition['type']['scalar'] = 'float64'): TagDefinition {
  return {
    path,
    type: { scalar },
    rawType: { scalar },
    access: 'read-only',
    driverId: 'drv',
    deviceId: 'd1',
    address: path,
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
  };
}

describe('the last minutes of tags (§8.4)', () => {
  let clock: FakeClock;
  let store: TagStore;
  let t0: number;

  beforeEach(() => {
    clock = new FakeClock();
    store = new TagStore(clock, silentLogger);
    t0 = clock.wallMs();
  });

  const pointsOf = (trends: TagTrends, path: string, from = 0, to = Infinity) =>
    trends.history(path, from, to)!.points.map(({ sourceAtMs, value, status }) => [sourceAtMs - t0, value, status]);

  it('keeps one sample a second, the latest, with its status and source time', () => {
    using trends = new TagTrends(store, clock);
    const [handle] = store.define([tag('a')]);
    store.set(handle, 1, t0);
    store.set(handle, 2, t0 + 400);
    store.set(handle, 3, t0 + 999);
    store.set(handle, 4, t0 + 1_000);
    store.fail(Uint32Array.of(handle), BadTimeout, t0 + 2_500);
    expect(pointsOf(trends, 'a')).toEqual([
      [999, 3, Good],
      [1_000, 4, Good],
      [2_500, 4, BadTimeout],
    ]);
  });

  it('begins with the value that held when the time asked for began', () => {
    using trends = new TagTrends(store, clock);
    const [handle] = store.define([tag('a')]);
    for (const second of [0, 10, 20, 30]) store.set(handle, second, t0 + second * 1_000);
    expect(pointsOf(trends, 'a', t0 + 15_000, t0 + 25_000).map(([at]) => at)).toEqual([10_000, 20_000]);
    expect(pointsOf(trends, 'a', t0 + 99_000).map(([at]) => at)).toEqual([30_000]);
    expect(trends.history('b', 0, 1)).toBeUndefined();
  });

  it('tells a value that went stale as what it is now, and leaves the good one where it was', async () => {
    using trends = new TagTrends(store, clock);
    const [handle] = store.define([tag('a')]);
    store.set(handle, 7, t0);
    store.expect(Uint32Array.of(handle), 1_000);
    await clock.advance(4_000);
    store.markStale({ uncertainAfter: 3, badAfter: 6, slackMs: 0 });
    await clock.advance(4_000);
    store.markStale({ uncertainAfter: 3, badAfter: 6, slackMs: 0 });
    expect(pointsOf(trends, 'a')).toEqual([
      [0, 7, Good],
      [4_000, 7, statusCodes.UncertainLastUsableValue],
      [8_000, 7, BadNoCommunication],
    ]);
  });

  it('forgets the oldest and says how far back it reaches', () => {
    using trends = new TagTrends(store, clock, { samplesPerTag: 20 });
    const [handle] = store.define([tag('a')]);
    for (let second = 0; second < 20; second += 1) store.set(handle, second, t0 + second * 1_000);
    expect(trends.history('a', 0, Infinity)!.keptFromMs).toBe(t0);
    for (let second = 20; second < 50; second += 1) store.set(handle, second, t0 + second * 1_000);
    const { keptFromMs, points } = trends.history('a', 0, Infinity)!;
    expect([keptFromMs, points.length, points[0].value, points.at(-1)?.value]).toEqual([t0 + 30_000, 20, 30, 49]);
  });

  it.each<[TagDefinition['type']['scalar'], TagValue, TagValue]>([
    ['bool', true, false],
    ['string', 'a', 'b'],
    ['int64', 9_007_199_254_740_993n, 2n],
    ['bytes', Uint8Array.of(1), Uint8Array.of(2)],
  ])('gives values of %s back as they were', (scalar, first, second) => {
    using trends = new TagTrends(store, clock);
    const [handle] = store.define([tag('a', scalar)]);
    store.set(handle, first, t0);
    store.set(handle, second, t0 + 1_000);
    expect(pointsOf(trends, 'a').map(([, value]) => value)).toEqual([first, second]);
  });

  it('bounds texts in bytes, and always has the newest', () => {
    using trends = new TagTrends(store, clock, { samplesPerTag: 100 });
    const [handle] = store.define([tag('a', 'string')]);
    for (let second = 0; second < 50; second += 1) store.set(handle, `${second}`.padEnd(400, 'x'), t0 + second * 1_000);
    expect(trends.bytes).toBeLessThanOrEqual(100 * sampleBytes);
    const huge = 'y'.repeat(100_000);
    store.set(handle, huge, t0 + 60_000);
    expect(pointsOf(trends, 'a')).toEqual([[60_000, huge, Good]]);
  });

  it('keeps no past of a plant beyond the budget until asked, and then that of the tags last asked for', () => {
    using trends = new TagTrends(store, clock, { budgetBytes: 3 * 900 * sampleBytes });
    const few = store.define(['a', 'b', 'c'].map((path) => tag(path)));
    expect(trends.size).toBe(3);
    const many = store.define(Array.from({ length: 100_000 }, (_, i) => tag(`many/${i}`)));
    store.apply(many, filled(many.length, 1, t0));
    expect([trends.size, trends.bytes]).toEqual([0, 0]);
    store.set(few[0], 1, t0);
    expect(pointsOf(trends, 'a')).toEqual([[0, 1, Good]]);
    for (const path of ['b', 'c', 'a', 'many/5']) trends.history(path, 0, 1);
    store.set(few[1], 5, t0 + 5_000);
    expect([trends.size, pointsOf(trends, 'a').length]).toEqual([3, 1]);
    expect(pointsOf(trends, 'b')).toEqual([[5_000, 5, Good]]); // begun anew: it had made room
  });

  it('follows tags that come and go: a handle used again has no past of another tag', () => {
    using trends = new TagTrends(store, clock);
    const [handle] = store.define([tag('a')]);
    store.set(handle, 1, t0);
    store.remove(Uint32Array.of(handle));
    expect([trends.size, trends.history('a', 0, Infinity)]).toEqual([0, undefined]);
    const [again] = store.define([tag('b')]);
    expect([again, pointsOf(trends, 'b')]).toEqual([handle, []]);
  });

  it('keeps what is there when it begins, and nothing after its end', () => {
    const [handle] = store.define([tag('a')]);
    store.set(handle, 1, t0);
    const trends = new TagTrends(store, clock);
    expect(pointsOf(trends, 'a')).toEqual([[0, 1, Good]]);
    trends[Symbol.dispose]();
    store.set(handle, 2, t0 + 5_000);
    expect(trends.size).toBe(0);
  });

  it('holds exactly the last sample of each of the last seconds, whatever comes', () => {
    const change = fc.record({ afterMs: fc.integer({ min: 0, max: 2_500 }), value: fc.integer() });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (changes, samples) => {
          const own = new TagStore(clock, silentLogger);
          using trends = new TagTrends(own, clock, { samplesPerTag: samples });
          const [handle] = own.define([tag('a')]);
          const expected = new Map<number, number>();
          let at = t0;
          let before: number | undefined;
          for (const { afterMs, value } of changes) {
            at += afterMs;
            own.set(handle, value, at);
            if (value !== before) expected.set(Math.floor(at / 1_000), value);
            before = value;
          }
          const kept = [...expected].slice(-samples);
          const { points } = trends.history('a', 0, Infinity)!;
          expect(points.map(({ sourceAtMs, value }) => [Math.floor(sourceAtMs / 1_000), value])).toEqual(kept);
        },
      ),
    );
  });
});

function filled(length: number, value: number, sourceAtMs: number): ValueColumns {
  const columns = new ValueColumns(length);
  for (let row = 0; row < length; row += 1) columns.setNumber(row, value, sourceAtMs);
  return columns;
}
