import { silentLogger, statusCodes } from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import { FakeClock } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { tag } from '../testing/test-outlet.js';
import { ServiceLevel } from './service-level.js';

const state = (driver: string, device: string) =>
  tag(`_system/devices/${driver}/${device}/state`, { scalar: 'string' });

test('tells the share of the devices that answer, and looks at them once a second', async () => {
  const clock = new FakeClock();
  const store = new TagStore(clock, silentLogger);
  using level = new ServiceLevel(store, clock);
  const now = async (): Promise<number> => {
    await clock.advance(1_000);
    return level.level;
  };
  expect(await now()).toBe(255);
  const handles = [
    ...store.define([state('plc', 'a'), state('plc', 'b'), state('plc', 'c'), tag('x/state', { scalar: 'string' })]),
  ];
  expect(await now()).toBe(1);
  for (const handle of handles.slice(0, 3)) store.set(handle, 'connected');
  expect(await now()).toBe(255);
  store.set(handles[1], 'demoted');
  expect(level.level).toBe(255);
  expect(await now()).toBe(132);
  store.set(handles[1], 'disabled');
  expect(await now()).toBe(255);
  store.fail(Uint32Array.from(handles.slice(0, 3)), statusCodes.BadNoCommunication, 0);
  expect(await now()).toBe(1);
  store.remove(Uint32Array.from(handles));
  expect(await now()).toBe(255);
});
