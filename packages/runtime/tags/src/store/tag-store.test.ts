import { statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { noTag } from './tag-registry.js';
import { TagStore } from './tag-store.js';
import { tag } from '../testing/test-tags.js';

/** `bad` stands for a device failure. */
function batch(...values: TagValue[]): ValueColumns {
  const columns = new ValueColumns(values.length);
  values.forEach((value, row) => {
    if (value === 'bad') columns.setBad(row, statusCodes.BadDeviceFailure, 5);
    else if (typeof value === 'number') columns.setNumber(row, value, 5);
    else columns.setObject(row, value, 5);
  });
  return columns;
}

describe('TagStore', () => {
  let clock: FakeClock;
  let store: TagStore;
  let changes: string[];
  let logger: ReturnType<typeof collectingLogger>;

  beforeEach(() => {
    clock = new FakeClock();
    logger = collectingLogger();
    store = new TagStore(clock, logger);
    changes = [];
    store.onChange((handles, count) => {
      for (const handle of handles.subarray(0, count))
        changes.push(`${store.definition(handle)!.path}=${String(store.value(handle))}`);
    });
  });

  it('starts every tag as waiting for its first value', () => {
    const [handle] = store.define([tag('a/b')]);
    expect(store.read(handle)).toMatchObject({ value: null, status: statusCodes.BadWaitingForInitialData });
  });

  it('counts the tags of the plant apart from those in which the gateway tells about itself (§8.5)', () => {
    const own = store.define([tag('_system/uptime', { driverId: null }), tag('_system/version', { driverId: null })]);
    store.define([tag('a'), tag('_systematic/b')]);
    expect([store.size, store.plantSize, store.quality()]).toEqual([4, 2, { good: 0, uncertain: 0, bad: 2 }]);
    store.remove(own);
    expect([store.size, store.plantSize]).toEqual([2, 2]);
    store.define([tag('c'), tag('d')]);
    expect(store.plantSize).toBe(4);
  });

  it('counts Bad tags, and those that never had a value since they were defined (§18)', () => {
    const handles = store.define([tag('a'), tag('b'), tag('c')]);
    expect(store.badOf(handles, true)).toEqual({ bad: 0, neverGood: 0 });
    expect(store.badOf(handles, false)).toEqual({ bad: 3, neverGood: 3 });
    store.apply(handles, batch(1, 2, 'bad'));
    expect(store.badOf(handles, true)).toEqual({ bad: 1, neverGood: 1 });
    store.apply(handles, batch('bad', 2, 'bad'));
    expect(store.badOf(handles, true)).toEqual({ bad: 2, neverGood: 1 });
    store.redefine(handles.subarray(0, 1), [{ ...tag('a'), description: 'as before' }]);
    expect(store.badOf(handles, false)).toEqual({ bad: 2, neverGood: 1 });
    store.redefine(handles.subarray(0, 1), [{ ...tag('a'), address: 'elsewhere' }]);
    expect(store.badOf(handles, false)).toEqual({ bad: 2, neverGood: 2 });
  });

  it('counts the values that came from drivers, and no others', () => {
    const handles = store.define([tag('a'), tag('b'), tag('c')]);
    store.apply(handles, batch(1, 2, 'bad'));
    store.applyRows(handles, Uint32Array.of(2), 1, batch(5));
    store.set(handles[0], 7);
    store.fail(handles, statusCodes.BadTimeout, 0);
    expect(store.received).toBe(4);
  });

  it('refuses a path that is taken and then adds none', () => {
    store.define([tag('a')]);
    expect(() => store.define([tag('b'), tag('a')])).toThrow(/tag a exists already/);
    expect(store.handleOf('b')).toBeUndefined();
  });

  it('tells listeners only what changed', () => {
    const handles = store.define([tag('a'), tag('b'), tag('c')]);
    store.apply(handles, batch(1, 2, 3));
    changes.length = 0;
    store.apply(handles, batch(1, 20, 3));
    expect(changes).toEqual(['b=20']);
  });

  it('keeps the last value under a bad row, never its old Good (§2)', () => {
    const handles = store.define([tag('a'), tag('b')]);
    store.apply(handles, batch(1, 2));
    store.apply(handles, batch('bad', 2));
    expect(store.read(handles[0])).toMatchObject({ value: 1, status: statusCodes.BadDeviceFailure, sourceAtMs: 5 });
    expect(store.read(handles[1])).toMatchObject({ value: 2, status: statusCodes.Good });
  });

  it('turns a whole group Bad with the time of the failure (§2)', async () => {
    const handles = store.define([tag('a'), tag('b')]);
    store.apply(handles, batch(1, 2));
    changes.length = 0;
    await clock.advance(100);
    store.fail(handles, statusCodes.BadTimeout, clock.wallMs());
    store.fail(handles, statusCodes.BadTimeout, clock.wallMs());
    expect(changes).toEqual(['a=1', 'b=2']);
    expect(store.read(handles[0])).toMatchObject({ status: statusCodes.BadTimeout, sourceAtMs: clock.wallMs() });
  });

  it('scales and clamps linearly (§8.1)', () => {
    const scaling = { gain: 0.1, offset: -5, clamp: { low: 0, high: 10 } };
    const handles = store.define([tag('a', { scaling }), tag('b', { scaling }), tag('c', { scaling })]);
    store.apply(handles, batch(100, 10_000, -10_000));
    expect([...handles].map((handle) => store.value(handle))).toEqual([5, 10, 0]);
  });

  describe('with values that mean "none" (§8.1)', () => {
    const sensorFailure = statusCodes.BadSensorFailure;

    it('shows what the device sent, scaled, as BadSensorFailure, until a value comes', () => {
      const wide = {
        notAvailable: [32767, -32768],
        rawType: { scalar: 'int16' },
        scaling: { gain: 0.1, offset: 0 },
      } as const;
      const [handle] = store.define([tag('a', wide)]);
      store.apply(Uint32Array.of(handle), batch(32767));
      expect(store.read(handle)).toMatchObject({ value: 32767 * 0.1, status: sensorFailure });
      store.apply(Uint32Array.of(handle), batch(-32768));
      expect(store.status(handle)).toBe(sensorFailure);
      store.apply(Uint32Array.of(handle), batch(250));
      expect(store.read(handle)).toMatchObject({ value: 25, status: statusCodes.Good });
      expect(changes).toHaveLength(3);
    });

    it('compares before it scales and clamps: a value that becomes the same is one', () => {
      const scaling = { gain: 10, offset: 0, clamp: { low: 0, high: 100 } };
      const [handle] = store.define([tag('a', { notAvailable: [100], scaling })]);
      store.apply(Uint32Array.of(handle), batch(10));
      expect(store.read(handle)).toMatchObject({ value: 100, status: statusCodes.Good });
      store.apply(Uint32Array.of(handle), batch(99));
      expect(store.status(handle)).toBe(statusCodes.Good);
      store.apply(Uint32Array.of(handle), batch(100));
      expect(store.status(handle)).toBe(sensorFailure);
    });

    it('knows not-a-number, texts, and arrays of which some elements are none', () => {
      const text = { type: { scalar: 'string' }, rawType: { scalar: 'string' } } as const;
      const two = {
        type: { scalar: 'uint16', arrayLength: 2 },
        rawType: { scalar: 'uint16', arrayLength: 2 },
      } as const;
      const handles = store.define([
        tag('float', { notAvailable: ['NaN'] }),
        tag('text', { ...text, notAvailable: ['----'] }),
        tag('two', { ...two, notAvailable: [65535] }),
        tag('all', { ...two, notAvailable: [65535] }),
        tag('plain'),
      ]);
      store.apply(handles, batch(NaN, '----', [7, 65535], [65535, 65535], NaN));
      expect([...handles].map((handle) => store.status(handle))).toEqual([
        sensorFailure,
        sensorFailure,
        statusCodes.UncertainSubNormal,
        sensorFailure,
        statusCodes.Good,
      ]);
    });

    it('tells when they come and go, however small the step beside the deadband, and leaves what is Bad anyway', () => {
      const [handle] = store.define([tag('a', { notAvailable: [100], deadband: 50 })]);
      store.apply(Uint32Array.of(handle), batch(99));
      store.apply(Uint32Array.of(handle), batch(100));
      store.apply(Uint32Array.of(handle), batch(99));
      expect(changes).toEqual(['a=99', 'a=100', 'a=99']);
      store.apply(Uint32Array.of(handle), batch('bad'));
      expect(store.status(handle)).toBe(statusCodes.BadDeviceFailure);
      expect(store.badOf(Uint32Array.of(handle), false)).toEqual({ bad: 1, neverGood: 0 });
    });

    it('takes other ones for another reading: the tag waits for its next value', () => {
      const handles = store.define([tag('a', { notAvailable: [100] })]);
      store.apply(handles, batch(5));
      store.redefine(handles, [tag('a', { notAvailable: [100] })]);
      expect(store.status(handles[0])).toBe(statusCodes.Good);
      store.redefine(handles, [tag('a', { notAvailable: [5] })]);
      expect(store.status(handles[0])).toBe(statusCodes.BadWaitingForInitialData);
      store.apply(handles, batch(5));
      expect(store.status(handles[0])).toBe(sensorFailure);
      store.redefine(handles, [tag('a')]);
      store.apply(handles, batch(5));
      expect(store.status(handles[0])).toBe(statusCodes.Good);
    });
  });

  it('stores every value but tells only changes beyond the deadband, measured from the last one told (§8.1)', () => {
    const handles = store.define([tag('a', { deadband: 1 })]);
    for (const value of [10, 10.6, 11.2, 11.3]) store.apply(handles, batch(value));
    expect(changes).toEqual(['a=10', 'a=11.2']);
    expect(store.value(handles[0])).toBe(11.3);
  });

  it('does not tell a change as large as the deadband, upwards or downwards; the smallest one beyond it does', () => {
    const handles = store.define([tag('a', { deadband: 0.5 })]);
    for (const value of [10, 10.5, 9.5, 10]) store.apply(handles, batch(value));
    expect(changes).toEqual(['a=10']);
    store.apply(handles, batch(10.500_000_000_000_002));
    expect(changes).toEqual(['a=10', 'a=10.500000000000002']);
    store.apply(handles, batch(10.000_000_000_000_002));
    store.apply(handles, batch(10));
    expect(changes).toEqual(['a=10', 'a=10.500000000000002', 'a=10']);
  });

  it('with a deadband tells NaN and infinities once when they come and once when they go, and every value after (§8.1)', () => {
    const handles = store.define([tag('a', { deadband: 1 })]);
    for (const value of [10, Number.NaN, Number.NaN, 10.4, 10.4, Infinity, Infinity, -Infinity, 10.4, 12]) {
      store.apply(handles, batch(value));
    }
    expect(changes).toEqual(['a=10', 'a=NaN', 'a=10.4', 'a=Infinity', 'a=-Infinity', 'a=10.4', 'a=12']);
  });

  it('applies a deadband to 64-bit integers and to each element of an array', () => {
    const handles = store.define([
      tag('n', { type: { scalar: 'int64' }, deadband: 2 }),
      tag('f', { type: { scalar: 'float32', arrayLength: 2 }, deadband: 0.5 }),
    ]);
    const rows: TagValue[][] = [
      [5n, [1, Number.NaN]],
      [7n, [1.5, Number.NaN]],
      [8n, [1.5, 3]],
      [9n, [1.5, 3.4]],
    ];
    for (const row of rows) store.apply(handles, batch(...row));
    expect(changes).toEqual(['n=5', 'f=1,NaN', 'n=8', 'f=1.5,3']);
    expect(store.value(handles[1])).toEqual([1.5, 3.4]);
  });

  it('tells NaN once, not every scan', () => {
    const handles = store.define([tag('a')]);
    store.apply(handles, batch(Number.NaN));
    store.apply(handles, batch(Number.NaN));
    expect(changes).toEqual(['a=NaN']);
  });

  it('holds texts, 64-bit integers, bytes and arrays, and compares them by content', () => {
    const handles = store.define([
      tag('s', { type: { scalar: 'string' } }),
      tag('n', { type: { scalar: 'int64' } }),
      tag('y', { type: { scalar: 'bytes' } }),
      tag('r', { type: { scalar: 'int16', arrayLength: 2 } }),
    ]);
    const objects = (): ValueColumns => {
      const columns = new ValueColumns(4);
      columns.setObject(0, 'text', 1);
      columns.setObject(1, 2n ** 60n, 1);
      columns.setObject(2, Uint8Array.of(1, 2), 1);
      columns.setObject(3, [1, 2], 1);
      return columns;
    };
    store.apply(handles, objects());
    expect([...handles].map((handle) => store.value(handle))).toEqual(['text', 2n ** 60n, Uint8Array.of(1, 2), [1, 2]]);
    changes.length = 0;
    store.apply(handles, objects());
    expect(changes).toEqual([]);
  });

  it('shows bool as true and false', () => {
    const handles = store.define([tag('a', { type: { scalar: 'bool' } })]);
    store.apply(handles, batch(1));
    expect(store.value(handles[0])).toBe(true);
  });

  it('ignores values for tags that were removed, and gives their handles to new tags without a trace of the old', () => {
    const handles = store.define([tag('a')]);
    store.apply(handles, batch(7));
    store.remove(handles);
    changes.length = 0;
    store.apply(handles, batch(8));
    expect(changes).toEqual([]);
    expect(store.handleOf('a')).toBeUndefined();
    const [again] = store.define([tag('z')]);
    expect(again).toBe(handles[0]);
    expect(store.read(again)).toMatchObject({ value: null, status: statusCodes.BadWaitingForInitialData });
  });

  it('a listener that throws keeps neither the others nor the poller from their work', () => {
    const handles = store.define([tag('a')]);
    const second: number[] = [];
    store.onChange(() => {
      throw new Error('broken listener');
    });
    store.onChange((changed) => second.push(changed[0]));
    store.apply(handles, batch(1));
    expect(second).toEqual([handles[0]]);
    expect(logger.messages('error')).toEqual([expect.stringContaining('broken listener')]);
  });

  it('turns a tag without updates uncertain after three intervals and bad after six (§8.3)', async () => {
    const handles = store.define([tag('a'), tag('never-stale')]);
    store.expect(handles.subarray(0, 1), 1_000);
    store.apply(handles, batch(1, 1));
    const rule = { uncertainAfter: 3, badAfter: 6, slackMs: 0 };
    await clock.advance(3_000);
    store.markStale(rule);
    expect(store.status(handles[0])).toBe(statusCodes.Good);
    await clock.advance(1);
    store.markStale(rule);
    expect(store.status(handles[0])).toBe(statusCodes.UncertainLastUsableValue);
    await clock.advance(3_000);
    store.markStale(rule);
    expect(store.status(handles[0])).toBe(statusCodes.BadNoCommunication);
    expect(store.status(handles[1])).toBe(statusCodes.Good);
    store.apply(handles, batch(1, 1));
    expect(store.status(handles[0])).toBe(statusCodes.Good);
  });

  describe('redefine (§7.5)', () => {
    it('keeps handle and value where only what is told about the tag has changed', () => {
      const handles = store.define([tag('a', { unit: 'mm' })]);
      store.apply(handles, batch(7));
      store.redefine(handles, [
        tag('a', { unit: 'cm', description: 'width', limits: { max: 9 }, access: 'read-write' }),
      ]);
      expect(store.handleOf('a')).toBe(handles[0]);
      expect(store.definition(handles[0])).toMatchObject({ unit: 'cm', description: 'width' });
      expect(store.read(handles[0])).toMatchObject({ value: 7, status: statusCodes.Good });
    });

    it.each([
      ['address', { address: 'elsewhere' }],
      ['raw type', { rawType: { scalar: 'int16' } }],
      ['scaling', { scaling: { gain: 2, offset: 0 } }],
      ['device', { deviceId: 'd2' }],
    ] as const)('never shows what was read before under another %s: the tag waits', (_what, change) => {
      const handles = store.define([tag('a')]);
      store.apply(handles, batch(7));
      changes.length = 0;
      store.redefine(handles, [tag('a', change)]);
      expect(store.read(handles[0])).toMatchObject({ value: null, status: statusCodes.BadWaitingForInitialData });
      expect(changes).toEqual(['a=null']);
    });

    it('applies a new scaling and a new deadband from the next value on', () => {
      const handles = store.define([tag('a')]);
      store.redefine(handles, [tag('a', { scaling: { gain: 2, offset: 1 }, deadband: 5 })]);
      store.apply(handles, batch(10));
      changes.length = 0;
      store.apply(handles, batch(12));
      expect(store.value(handles[0])).toBe(25);
      expect(changes).toEqual([]);
      store.redefine(handles, [tag('a', { scaling: { gain: 2, offset: 1 } })]);
      store.apply(handles, batch(13));
      expect(changes).toEqual(['a=27']);
    });

    it('tells who follows definitions, and refuses what would be another tag', () => {
      const handles = store.define([tag('a'), tag('b')]);
      const told: string[] = [];
      const listener = { defined: () => undefined, removed: () => undefined };
      store.onDefinition({ ...listener, redefined: (some) => told.push(...Array.from(some, String)) });
      store.redefine(handles.subarray(1), [tag('b', { unit: 's' })]);
      expect(told).toEqual([String(handles[1])]);
      expect(() => store.redefine(handles, [tag('c')])).toThrow(TypeError);
      expect(() => store.redefine(handles, [tag('a', { type: { scalar: 'string' } })])).toThrow(TypeError);
    });
  });

  it('has a handle that is no tag: rows for it change nothing', () => {
    const handles = store.define([tag('a'), tag('b')]);
    expect([...handles]).not.toContain(noTag);
    store.apply(Uint32Array.of(noTag, handles[1]), batch(1, 2));
    store.fail(Uint32Array.of(noTag), statusCodes.BadTimeout, 5);
    expect(changes).toEqual(['b=2']);
    expect(store.definition(noTag)).toBeUndefined();
  });
});
