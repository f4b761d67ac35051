import { statusCodes, ValueColumns } from '@fieldwarden/core';
import { defineDriver, DriverRegistry, type Point } from '@fieldwarden/driver';
import { waitFor } from '@fieldwarden/testkit';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { RunningPlant } from '../testing/running-plant.js';

let running: RunningPlant;
const subscribed: Point[][] = [];

afterEach(async () => {
  subscribed.length = 0;
  await running[Symbol.asyncDispose]();
});

/** Reports 50 for every point, once. */
const reporting = defineDriver({
  type: 'reporting',
  version: '1.0.0',
  tier: 'A',
  entry: import.meta.url,
  options: z.strictObject({}),
  deviceOptions: z.strictObject({}),
  address: (text) => text,
  create: ({ clock }) => ({
    close: () => Promise.resolve(),
    subscribe: (deviceId, points, sink) => {
      subscribed.push([...points]);
      const columns = new ValueColumns(points.length);
      points.forEach((_point, row) => columns.setNumber(row, 50, clock.wallMs()));
      sink.push({ length: points.length, rows: Uint32Array.from(points.keys()), columns });
      return Promise.resolve({ deviceId });
    },
    unsubscribe: () => Promise.resolve(),
  }),
});

function plantWith(level: object): object {
  const tags = [
    { path: 'level', address: 'L', dataType: 'int16', ...level },
    { path: 'speed', address: 'S', dataType: 'int16', scanMs: 500 },
  ];
  const drivers = [{ id: 'r', type: 'reporting', options: {}, devices: [{ id: 'd', options: {}, tags }] }];
  return { version: 1, site: 'test', drivers };
}

it('a driver that subscribes hears of scan intervals and deadbands, in units of the device, and of changes of them', async () => {
  const registry = new DriverRegistry();
  registry.register(reporting);
  const scaling = { gain: 0.1, offset: 0 };
  running = await RunningPlant.start(plantWith({ scanMs: 100, scaling, deadband: { absolute: 1 } }), registry);
  await running.good('level', 5);
  await running.good('speed', 50);
  expect(subscribed).toEqual([
    [
      { path: 'level', address: 'L', type: { scalar: 'int16' }, samplingIntervalMs: 100, deadband: 10 },
      { path: 'speed', address: 'S', type: { scalar: 'int16' }, samplingIntervalMs: 500 },
    ],
  ]);

  const applied = running.apply(plantWith({ scanMs: 100, scaling, deadband: { absolute: 0.25 } }));
  expect(running.read('level')).toMatchObject({ value: 5, status: statusCodes.Good }); // what is known stays known
  await applied;
  await waitFor(() => subscribed.length === 2, { what: 'a subscription with the new deadband' });
  expect(subscribed[1]).toMatchObject([{ path: 'level', samplingIntervalMs: 100, deadband: 2.5 }]);

  await running.apply(plantWith({ scanMs: 200, scaling, deadband: { absolute: 0.25 } }));
  await waitFor(() => subscribed.length === 3, { what: 'a subscription with the new interval' });
  expect(subscribed[2]).toMatchObject([{ path: 'level', samplingIntervalMs: 200, deadband: 2.5 }]);

  await running.apply(plantWith({ scanMs: 200, scaling, deadband: { absolute: 0.25 }, description: 'words' }));
  expect(subscribed).toHaveLength(3);
});
