import { GatewayError } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import { z } from 'zod';

/**
 * What stands in for a driver of a published plant that cannot run any more: a secret or a module is gone, or this version has stricter rules
 * (SPEC §7.2). Its tags are there, Bad; it is Faulted with the reason and touches no device.
 */
export function refusedDriver(type: string, known: DriverDefinition | undefined, refusal: string): DriverDefinition {
  const refused = (): GatewayError =>
    new GatewayError({
      code: 'DRIVER_REFUSED',
      kind: 'config',
      message: `${refusal}. Mend it, then restart the gateway or publish the plant again`,
    });
  return {
    type,
    version: known?.version ?? 'unknown',
    tier: 'A',
    entry: import.meta.url,
    options: z.unknown(),
    deviceOptions: z.unknown(),
    address: (text) => text,
    create: () => {
      throw refused();
    },
  };
}
