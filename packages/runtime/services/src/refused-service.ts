import { GatewayError } from '@fieldwarden/core';
import type { ServiceDefinition } from '@fieldwarden/service';
import { z } from 'zod';

/**
 * What stands in for a service of a published plant that cannot run any more: a secret or a module is gone, or this version has stricter rules
 * (SPEC §7.2). It is Faulted with the reason, and the rest of the plant runs.
 */
export function refusedService(name: string, known: ServiceDefinition | undefined, refusal: string): ServiceDefinition {
  const { preload: _preload, check: _check, changesLive: _changesLive, ...rest } = known ?? unknown(name);
  return {
    ...rest,
    create: () => {
      throw new GatewayError({
        code: 'SERVICE_REFUSED',
        kind: 'config',
        message: `${refusal}. Mend it, then restart the gateway or publish the plant again`,
      });
    },
  };
}

function unknown(name: string): Omit<ServiceDefinition, 'create'> {
  const common = { name, title: name, version: 'unknown', section: null, entry: import.meta.url } as const;
  return { ...common, schema: z.object({}), isolation: 'host' };
}
