import { statusCodes } from '@fieldwarden/core';
import { DriverRegistry, defineDriver, type DriverDefinition, type DriverSession } from '@fieldwarden/driver';
import { z } from 'zod';

/** What a test looks at of all sessions of its driver. */
export interface NumberSessions {
  opened: number;
  /** Devices that live sessions were told of, each time. */
  readonly told: string[][];
  /** Where writes arrived: `base + address`. */
  readonly written: number[];
  /** Live changes of devices are refused. */
  refusesDevices: boolean;
}

/**
 * An in-process driver whose values tell where they come from: address `n` of a device with option `base` reads base + n, after
 * `takesMs`. With option `broken` no session can be opened. Takes devices live.
 */
export function numberDriver(sessions: NumberSessions): DriverDefinition {
  const options = z.strictObject({ broken: z.boolean().default(false), takesMs: z.number().default(0) });
  const deviceOptions = z.strictObject({ base: z.number().default(0) });
  return defineDriver({
    type: 'number',
    version: '1',
    tier: 'A',
    entry: import.meta.url,
    liveDevices: true,
    options,
    deviceOptions,
    address: Number,
    create: ({ options: { broken, takesMs }, devices, clock }): DriverSession => {
      let bases = new Map(devices.map((device) => [device.id, device.options.base]));
      sessions.opened += 1;
      return {
        open: () => (broken ? Promise.reject(new Error('broken as configured')) : Promise.resolve()),
        close: () => Promise.resolve(),
        prepareRead: (deviceId, points) => ({ deviceId, points }),
        read: async ({ deviceId, points }, into) => {
          if (takesMs > 0) await new Promise<void>((resolve) => void clock.setTimer(resolve, takesMs));
          points.forEach(({ address }, row) => {
            into.setNumber(row, (bases.get(deviceId) ?? Number.NaN) + Number(address), clock.wallMs());
          });
        },
        write: (deviceId, items) => {
          for (const { point } of items)
            sessions.written.push((bases.get(deviceId) ?? Number.NaN) + Number(point.address));
          return Promise.resolve(items.map(() => ({ outcome: 'done', status: statusCodes.Good })));
        },
        setDevices: (next) => {
          if (sessions.refusesDevices) return Promise.reject(new Error('not these'));
          sessions.told.push(next.map(({ id }) => id));
          bases = new Map(next.map((device) => [device.id, deviceOptions.parse(device.options).base]));
          return Promise.resolve();
        },
      };
    },
  });
}

export function numberRegistry(sessions: NumberSessions): DriverRegistry {
  const registry = new DriverRegistry();
  registry.register(numberDriver(sessions));
  return registry;
}
