import { GatewayError } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import { loadServiceModule, type ServiceDefinition } from '@fieldwarden/service';
import { openSchema } from './described-schema.js';
import type { DescribedDriver, DescribedService, ModuleDescription } from './module-messages.js';

/** A third party's module as the gateway knows it: what it said of itself, and where its Host finds it. Plain data. */
export interface ThirdPartyModule {
  /** As the document names it. */
  readonly name: string;
  readonly entry: string;
  readonly description: ModuleDescription;
}

/** Tier C whatever it says of itself (§3.1): none of its functions is here, they run in its Host. */
export function asDriver(name: string, entry: string, driver: DescribedDriver): DriverDefinition {
  const { version, mayOverlap, liveDevices, options, deviceOptions, tagOptions } = driver;
  return {
    type: name,
    version,
    tier: 'C',
    entry,
    mayOverlap,
    liveDevices,
    options: openSchema(options),
    deviceOptions: openSchema(deviceOptions),
    ...(tagOptions !== undefined && { tagOptions: openSchema(tagOptions) }),
    address: (text) => text,
    create: () => {
      const message = `driver type ${name} is a third party's: it runs in a Host`;
      throw new GatewayError({ code: 'DRIVER_NEEDS_HOST', kind: 'bug', message });
    },
  };
}

/** Its Host decides whether it takes settings over. Only a plant that runs it in-process has its code here, once it runs. */
export function asService(entry: string, service: DescribedService): ServiceDefinition {
  const { name, title, version, schema, changesLive, disturbance } = service;
  let loaded: ServiceDefinition | undefined;
  return {
    name,
    title,
    version,
    section: null,
    entry,
    isolation: 'host',
    schema: openSchema(schema),
    ...(changesLive && { changesLive: (before, after) => loaded?.changesLive?.(before, after) ?? true }),
    ...(disturbance && { disturbance }),
    preload: async () => {
      loaded = await loadServiceModule(entry);
      await loaded.preload?.();
    },
    create: (context) => {
      if (loaded) return loaded.create({ ...context, settings: loaded.schema.parse(context.settings) });
      const message = `service ${name} was not loaded before it was created`;
      throw new GatewayError({ code: 'SERVICE_NOT_LOADED', kind: 'bug', message });
    },
  };
}
