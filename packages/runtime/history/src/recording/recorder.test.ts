import { statusCodes } from '@fieldwarden/core';
import { FakeClock, MemoryTags, memoryTag } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import type { RowBatch } from '../records/row-batch.js';
import { Recorder } from './recorder.js';

const timeout = statusCodes.BadTimeout;

/** A recorder over tags in memory; what it hands on, by path: `[ms since the beginning, value, status]`. */
class Bench implements Disposable {
  readonly clock = new FakeClock();
  readonly tags = new MemoryTags(this.clock);
  readonly paths = new Map<number, string>();
  readonly ends: (readonly [path: string | undefined, atMs: number])[] = [];
  readonly rows: (readonly [path: string | undefined, atMs: number, value: unknown, status: number])[] = [];
  readonly recorder: Recorder;
  readonly #beganMs = this.clock.wallMs();

  constructor(isKept: (path: string) => boolean = () => true, ...definitions: readonly ReturnType<typeof memoryTag>[]) {
    this.tags.define(...definitions);
    this.recorder = new Recorder({
      tags: this.tags,
      columns: this.tags,
      clock: this.clock,
      isKept,
      sink: {
        define: (tags) => tags.forEach(({ number, path }) => this.paths.set(number, path)),
        end: (numbers, atMs) =>
          numbers.forEach((number) => this.ends.push([this.paths.get(number), this.#since(atMs)])),
        record: (batch) => this.#take(batch),
      },
    });
  }

  /** What was handed on of a path since the last look. */
  of(path: string): readonly unknown[] {
    this.recorder.flush();
    const found = this.rows.filter(([of]) => of === path);
    this.rows.splice(0, this.rows.length, ...this.rows.filter(([of]) => of !== path));
    return found.map(([, atMs, value, status]) => (status === 0 ? [atMs, value] : [atMs, value, status]));
  }

  async wait(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  [Symbol.dispose](): void {
    this.recorder[Symbol.dispose]();
  }

  #take({ tags, timesMs, values, statuses, objects, count }: RowBatch): void {
    for (let i = 0; i < count; i += 1) {
      this.rows.push([this.paths.get(tags[i]), this.#since(timesMs[i]), objects.get(i) ?? values[i], statuses[i]]);
    }
  }

  #since(atMs: number): number {
    return atMs - this.#beganMs;
  }
}

describe('what is kept of a tag (§8.4)', () => {
  it('is each change, at its source time, and what it was at the beginning', async () => {
    using bench = new Bench(() => true, memoryTag('a'), memoryTag('text', { type: { scalar: 'string' } }));
    expect(bench.of('a')).toEqual([]); // it had no value yet
    await bench.wait(10);
    bench.tags.set('a', 1);
    bench.tags.set('a', 2);
    bench.tags.set('text', 'x');
    await bench.wait(10);
    bench.tags.set('a', 2); // no change
    expect(bench.of('a')).toEqual([
      [10, 1],
      [10, 2],
    ]);
    expect(bench.of('text')).toEqual([[10, 'x']]);
    bench.recorder.tellAll();
    expect(bench.of('a')).toEqual([[20, 2]]);
  });

  it('goes stale when that is seen, not when it was read', async () => {
    using bench = new Bench(() => true, memoryTag('a'));
    bench.tags.apply({ path: 'a', value: 1, sourceAtMs: bench.clock.wallMs() });
    await bench.wait(3_000);
    bench.tags.apply({ path: 'a', status: timeout, sourceAtMs: bench.clock.wallMs() - 3_000 });
    expect(bench.of('a')).toEqual([
      [0, 1],
      [3_000, 1, timeout],
    ]);
  });

  it('is nothing of a tag that says so, or that the plant leaves out', () => {
    using bench = new Bench((path) => path !== 'b', memoryTag('a', { history: false }), memoryTag('b'), memoryTag('c'));
    for (const path of ['a', 'b', 'c']) bench.tags.set(path, 1);
    expect([bench.of('a'), bench.of('b'), bench.of('c')]).toEqual([[], [], [[0, 1]]]);
    bench.recorder.keep((path) => path === 'b');
    expect(bench.ends).toEqual([['c', 0]]);
    expect(bench.of('b')).toEqual([[0, 1]]);
    expect(bench.recorder.size).toBe(1);
  });

  it('is only what leaves the deadband, with the last value before an outage and the first after it', async () => {
    const history = { deadband: 1, maxIntervalMs: 60_000, stepped: undefined };
    using bench = new Bench(() => true, memoryTag('a', { history }));
    for (const value of [10, 10.5, 11, 11.5, 12, 12.4]) {
      bench.tags.set('a', value);
      await bench.wait(1_000);
    }
    expect(bench.of('a')).toEqual([
      [0, 10],
      [3_000, 11.5],
    ]);
    bench.tags.fail(timeout, 'a');
    await bench.wait(1_000);
    bench.tags.set('a', 12.3);
    expect(bench.of('a')).toEqual([
      [5_000, 12.4],
      [6_000, 12.4, timeout],
      [7_000, 12.3],
    ]);
  });

  it('is told again after the longest interval, though it did not change', async () => {
    const history = { deadband: undefined, maxIntervalMs: 5_000, stepped: undefined };
    using bench = new Bench(() => true, memoryTag('a', { history }), memoryTag('b'));
    bench.tags.set('a', 1);
    bench.tags.set('b', 1);
    for (let second = 0; second < 12; second += 1) {
      await bench.wait(1_000);
      bench.recorder.tellQuiet();
    }
    expect(bench.of('a')).toEqual([
      [0, 1],
      [5_000, 1],
      [10_000, 1],
    ]);
    expect(bench.of('b')).toEqual([[0, 1]]);
    await bench.wait(3_600_000);
    bench.recorder.tellQuiet();
    expect(bench.of('b')).toEqual([[3_612_000, 1]]);
  });

  it('ends with the tag, and begins with the next of its handle', async () => {
    using bench = new Bench(() => true, memoryTag('a'));
    bench.tags.set('a', 1);
    await bench.wait(5);
    bench.tags.remove('a');
    // a moment before 5, so that what comes at 5 is behind it
    expect(bench.ends).toEqual([['a', expect.closeTo(5, 2)]]);
    expect(bench.ends[0][1]).toBeLessThan(5);
    expect(bench.of('a')).toEqual([[0, 1]]);
    bench.tags.define(memoryTag('b'));
    bench.tags.set('b', 2);
    expect(bench.of('b')).toEqual([[5, 2]]);
    expect(bench.of('a')).toEqual([]);
  });
});
