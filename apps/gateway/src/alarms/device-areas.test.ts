import { silentLogger, systemClock } from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import { expect, it } from 'vitest';
import { deviceTag } from '../testing/device-tag.js';
import { DeviceAreas } from './device-areas.js';

it('a driver and a device are where all their tags are, also after these change', () => {
  const store = new TagStore(systemClock, silentLogger);
  store.define([
    deviceTag('packaging/filler/speed', 'line', 'filler'),
    deviceTag('packaging/filler/head/temperature', 'line', 'filler'),
    deviceTag('packaging/fillers/count', 'line', 'counter'),
    deviceTag('site', 'line', 'counter'),
    deviceTag('press/pressure', 'press', 'plc'),
  ]);
  using areas = new DeviceAreas(store);
  expect(areas.areaOf({ driverId: 'line', device: 'filler' })).toBe('packaging/filler');
  expect(areas.areaOf({ driverId: 'line', device: 'counter' })).toBeNull();
  expect(areas.areaOf({ driverId: 'line' })).toBeNull();
  expect(areas.areaOf({ driverId: 'press' })).toBe('press');
  expect(areas.areaOf({ driverId: 'nobody' })).toBeNull();
  expect(areas.areaOf({})).toBeNull();
  store.define([deviceTag('packaging/filler2/speed', 'line', 'filler')]);
  expect(areas.areaOf({ driverId: 'line', device: 'filler' })).toBe('packaging');
});
