import { statusCodes } from '@fieldwarden/core';
import { defineDriver, DriverRegistry, type DriverDefinition, type DriverSession } from '@fieldwarden/driver';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunningPlant } from '../testing/running-plant.js';
import { testOrigin } from '@fieldwarden/testkit';

/** Says what it writes, and what it reads. */
const talkative: DriverDefinition = defineDriver({
  type: 'talkative',
  version: '1',
  tier: 'A',
  entry: import.meta.url,
  options: z.strictObject({}),
  deviceOptions: z.strictObject({}),
  address: String,
  create: ({ logger, clock }): DriverSession => ({
    close: () => Promise.resolve(),
    prepareRead: (deviceId, points) => ({ deviceId, points }),
    read: async (_plan, into) => {
      await nextTurn();
      logger.info('reads');
      into.setNumber(0, 1, clock.wallMs());
    },
    write: async (_device, items) => {
      await nextTurn();
      logger.info('writes');
      return items.map(() => ({ outcome: 'done', status: statusCodes.Good }));
    },
  }),
});

describe('what a driver in the gateway logs while it serves a client (§12.2)', () => {
  it('carries the correlation id of the request; what it logs while it scans does not', async () => {
    const registry = new DriverRegistry();
    registry.register(talkative);
    const tag = { path: 'lab/valve', address: 'v', dataType: 'float64', access: 'read-write', scanMs: 10 };
    const drivers = [{ id: 'lab', type: 'talkative', devices: [{ id: 'd1', tags: [tag] }] }];
    await using running = await RunningPlant.start({ version: 1, site: 'test', drivers }, registry);
    await running.good('lab/valve');
    await running.writes.writePath('lab/valve', 5, testOrigin({ correlationId: 'order-12' }));
    const said = (what: string) => running.logger.records.filter(({ message }) => message === what);
    expect(said('writes').map(({ fields }) => fields)).toMatchObject([
      { driverId: 'lab', driverType: 'talkative', device: 'd1', capability: 'write', correlationId: 'order-12' },
    ]);
    expect(said('reads').some(({ fields }) => 'correlationId' in fields)).toBe(false);
  });
});
