import { statusCodes, type TagValue } from '@fieldwarden/core';
import { defineDriver } from '@fieldwarden/driver';
import { z } from 'zod';

/**
 * Keeps what is written in its storage, under the address as key. A read gives what is kept there; of the address `certificates` the
 * folder for them.
 */
export default defineDriver({
  type: 'keeping',
  version: '1.0.0',
  tier: 'C',
  entry: import.meta.url,
  options: z.strictObject({}),
  deviceOptions: z.strictObject({}),
  address: (text) => text,
  create: ({ storage, certificates, clock }) => ({
    close: () => Promise.resolve(),
    prepareRead: (deviceId, points) => ({ deviceId, points }),
    read: async ({ points }, into) => {
      for (const [row, { address }] of points.entries()) {
        const kept = address === 'certificates' ? certificates.folder : await storage.get(address);
        if (kept === undefined) into.setBad(row, statusCodes.BadNoData, clock.wallMs());
        else into.setObject(row, kept as TagValue, clock.wallMs());
      }
    },
    write: async (_deviceId, items) => {
      for (const { point, value } of items) await storage.put(point.address, value as string);
      return items.map(() => ({ outcome: 'done', status: statusCodes.Good }));
    },
  }),
});
