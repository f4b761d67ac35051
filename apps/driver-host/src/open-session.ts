import type { InitMessage } from '@fieldwarden/channel/host';
import { GatewayError, systemClock, type Logger } from '@fieldwarden/core';
import { openBelongings } from '@fieldwarden/belongings';
import { loadDriverModule, type DriverDefinition, type DriverSession } from '@fieldwarden/driver';

/** Loads the driver that `init` names, creates its session and opens it. Kind `config`: it can never work so. */
export async function openSession(init: InitMessage, logger: Logger): Promise<DriverSession> {
  const definition = await loadDriverModule(init.entry);
  const session = definition.create({
    driverId: init.driverId,
    options: parse(definition.options, init.options, 'options'),
    devices: init.devices.map(({ id, options }) => ({
      id,
      options: parse(definition.deviceOptions, options, `options of device ${id}`),
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

function parse(schema: DriverDefinition['options'], value: unknown, what: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || what}: ${message}`);
  throw new GatewayError({ code: 'DRIVER_OPTIONS', kind: 'config', message: `${what}: ${issues.join('; ')}` });
}
