import type { InitMessage } from '@fieldwarden/channel/host';
import { GatewayError, systemClock, type Logger } from '@fieldwarden/core';
import { openBelongings } from '@fieldwarden/belongings';
import { loadDriverModule, type DriverSession, type HostedDriver } from '@fieldwarden/driver';

/** Loads the driver that `init` names, creates its session and opens it. Kind `config`: it can never work so. */
export async function openSession(init: InitMessage, logger: Logger): Promise<DriverSession> {
  const driver: HostedDriver = await loadDriverModule(init.entry);
  const session = driver.create({
    driverId: init.driverId,
    options: parse(driver.options, init.options, 'options'),
    devices: init.devices.map(({ id, options }) => ({
      id,
      options: parse(driver.deviceOptions, options, `options of device ${id}`),
    })),
    clock: systemClock,
    logger,
    random: Math.random,
    ...(await openBelongings(init.folders, logger)),
  });
  // A Host is ended as a whole, so nothing ever gives up opening alone.
  await session.open?.(new AbortController().signal);
  return session;
}

/** A driver that brings no schema relies on what the gateway has checked. */
function parse(schema: HostedDriver['options'], value: unknown, what: string): unknown {
  if (!schema) return value;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || what}: ${message}`);
  throw new GatewayError({ code: 'DRIVER_OPTIONS', kind: 'config', message: `${what}: ${issues.join('; ')}` });
}
