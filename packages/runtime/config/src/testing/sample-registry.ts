import { GatewayError } from '@fieldwarden/core';
import { defineDriver, DriverRegistry, type Tier } from '@fieldwarden/driver';
import { z } from 'zod';

/** The same two and `swarm`, whose devices may change while it runs. */
export function sampleRegistryWithSwarm(): DriverRegistry {
  const registry = sampleRegistry();
  registry.register({ ...sampleDriver('swarm', 'A'), liveDevices: true });
  return registry;
}

/** A registry of two types: `press` (tier B, like a field bus with units behind it) and `robot` (tier C). */
export function sampleRegistry(): DriverRegistry {
  const registry = new DriverRegistry();
  registry.register(sampleDriver('press', 'B'));
  registry.register(sampleDriver('robot', 'C'));
  return registry;
}

function sampleDriver(type: string, tier: Tier) {
  return defineDriver({
    type,
    version: '1.0.0',
    tier,
    entry: import.meta.url,
    // Deliberately not strict: the loader refuses unknown fields by itself.
    options: z.object({
      host: z.string(),
      port: z.int().min(1).max(65_535).default(502),
      timeoutMs: z.int().min(10).default(1_000),
      login: z
        .union([z.object({ token: z.string().min(8) }), z.object({ user: z.string(), password: z.string().min(8) })])
        .optional(),
    }),
    deviceOptions: z.object({
      unitId: z.int().min(0).max(255).default(1),
      words: z.enum(['big', 'little']).optional(),
    }),
    address: (text) => parseAddress(text),
    create: () => ({ close: () => Promise.resolve() }),
  });
}

function parseAddress(text: string): number {
  if (/^[0-9]{1,6}(\.[0-9]{1,2})?$/.test(text)) return Number(text);
  throw new GatewayError({ code: 'ADDRESS', kind: 'config', message: `${text} is no register from 0 to 999999` });
}
