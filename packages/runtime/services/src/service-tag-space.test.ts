import { parseDataType, statusCodes, ValueColumns } from '@fieldwarden/core';
import type { OwnTagWriter, ServiceTag } from '@fieldwarden/service';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, FakeClock, testOrigin } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { ServiceTagSpace } from './service-tag-space.js';

let clock: FakeClock;
let store: TagStore;
let space: ServiceTagSpace;
let told: string[];

const serviceTag = (path: string, more: Partial<ServiceTag> = {}): ServiceTag => ({
  path,
  type: parseDataType('float64')!,
  access: 'read-write',
  unit: undefined,
  description: undefined,
  limits: undefined,
  range: undefined,
  writeNonFinite: false,
  publish: true,
  address: '',
  place: ['tags', 0],
  ...more,
});

function update(handles: readonly (number | undefined)[], value: number): [Uint32Array, ValueColumns] {
  const columns = new ValueColumns(handles.length);
  handles.forEach((_, row) => columns.setNumber(row, value, 5));
  return [Uint32Array.from(handles, (handle) => handle ?? 0), columns];
}

beforeEach(() => {
  clock = new FakeClock();
  store = new TagStore(clock, collectingLogger());
  space = new ServiceTagSpace(store, clock);
  told = [];
  const tell = (what: string) => (handles: Uint32Array) =>
    void told.push(...Array.from(handles, (handle) => `${what} ${store.pathOf(handle)}`));
  store.onDefinition({ defined: tell('defined'), removed: tell('removed'), redefined: tell('redefined') });
});

describe('tags that services bring (§17)', () => {
  it('are there before their service runs, and touched only where a change names them', () => {
    space.adopt('own', [serviceTag('a'), serviceTag('b'), serviceTag('c')]);
    expect(store.definition(store.handleOf('a')!)).toMatchObject({ serviceId: 'own', driverId: null, deviceId: null });
    told.length = 0;
    const next = [
      serviceTag('b', { unit: 'kg' }),
      serviceTag('c', { type: parseDataType('bool')! }),
      serviceTag('d'),
      serviceTag('a'),
    ];
    space.withdraw('own', next);
    expect(told).toEqual(['removed c']);
    space.adopt('own', next);
    expect(told).toEqual(['removed c', 'defined c', 'defined d', 'redefined b']);
    space.withdraw('own', []);
    expect(store.size).toBe(0);
  });

  it('take values from their own service only, also where a handle is that of another tag by now', () => {
    space.adopt('own', [serviceTag('a')]);
    const own = space.open('own');
    const handle = own.handleOf('a');
    own.update(...update([handle], 1));
    expect(store.value(handle!)).toBe(1);
    space.withdraw('own', []);
    space.adopt('other', [serviceTag('x')]);
    expect(store.handleOf('x')).toBe(handle);
    own.update(...update([handle], 2));
    expect(store.value(handle!)).toBeNull();
  });

  it('are Bad when their service ends, and take no values from it any more', () => {
    space.adopt('own', [serviceTag('a')]);
    const own = space.open('own');
    own.update(...update([own.handleOf('a')], 1));
    own[Symbol.dispose]();
    own.update(...update([own.handleOf('a')], 2));
    expect(store.read(store.handleOf('a')!)).toMatchObject({ value: 1, status: statusCodes.BadOutOfService });
    const next = space.open('own');
    next.update(...update([next.handleOf('a')], 3));
    own[Symbol.dispose]();
    expect(store.read(store.handleOf('a')!)).toMatchObject({ value: 3, status: statusCodes.Good });
  });

  it('hand writes to who answers for them, and refuse them as not sent while nobody does', async () => {
    space.adopt('own', [serviceTag('a')]);
    const origin = testOrigin({ correlationId: '1' });
    const write = () => space.write('own', [{ path: 'a', value: 1 }], origin);
    await expect(write()).rejects.toMatchObject({ code: 'SERVICE_NOT_RUNNING', writeOutcome: 'not-sent' });
    const own = space.open('own');
    const writer: OwnTagWriter = async (writes) =>
      await Promise.resolve(writes.map(() => ({ outcome: 'done', status: statusCodes.Good })));
    const listening = own.onWrite(writer);
    expect(await write()).toEqual([{ outcome: 'done', status: statusCodes.Good }]);
    listening[Symbol.dispose]();
    await expect(write()).rejects.toMatchObject({ code: 'SERVICE_NOT_RUNNING' });
    own.onWrite(writer);
    own[Symbol.dispose]();
    await expect(write()).rejects.toMatchObject({ code: 'SERVICE_NOT_RUNNING' });
  });

  it('add none where the path of one is taken', () => {
    space.adopt('own', [serviceTag('a')]);
    expect(() => space.adopt('other', [serviceTag('b'), serviceTag('a')])).toThrow('tag a exists already');
    expect(store.handleOf('b')).toBeUndefined();
  });
});
