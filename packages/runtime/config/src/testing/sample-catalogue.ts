import { GatewayError } from '@fieldwarden/core';
import { defineDriver, DriverRegistry, type Tier } from '@fieldwarden/driver';
import { defineService, ServiceRegistry } from '@fieldwarden/service';
import { z } from 'zod';
import type { Catalogue } from '../document/catalogue.js';

/** The same two and `swarm`, whose devices may change while it runs, and whose tags have an option; ring 9 is no place for any. */
export function sampleCatalogueWithSwarm(): Catalogue {
  const catalogue = sampleCatalogue();
  const swarm = defineDriver({
    ...sampleDriver('swarm', 'A'),
    liveDevices: true,
    tagOptions: z.object({ ring: z.int().default(1) }),
    address: (text, { tagOptions }) =>
      parseAddress((tagOptions as { ring?: number } | undefined)?.ring === 9 ? '' : text),
  });
  catalogue.drivers.register(swarm);
  return catalogue;
}

/** A catalogue of two driver types: `press` (tier B, like a field bus with units behind it) and `robot` (tier C), and one service. */
export function sampleCatalogue(): Catalogue {
  const registry = new DriverRegistry();
  registry.register(sampleDriver('press', 'B'));
  registry.register(sampleDriver('robot', 'C'));
  const services = new ServiceRegistry();
  services.register(sampleService());
  return { drivers: registry, services };
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

/** A server with a section of its own, as most outlets are. */
function sampleService() {
  return defineService<{
    readonly port?: number;
    readonly securityPolicies: readonly string[];
    readonly anonymous: boolean;
  }>({
    name: 'opcua',
    title: 'OPC UA server',
    version: '1.0.0',
    section: 'opcua',
    entry: import.meta.url,
    isolation: 'host',
    withoutSection: 'defaults',
    disturbance: { restart: 'its clients have to connect again', stop: 'its clients lose their sessions' },
    schema: z.strictObject({
      port: z.int().min(0).max(65_535).optional().describe('TCP port.'),
      securityPolicies: z
        .array(z.enum(['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss']))
        .min(1)
        .default(['Basic256Sha256'])
        .describe('Policies. Default: Basic256Sha256.'),
      anonymous: z.boolean().default(false).describe('Lets everybody in. Default: false.'),
    }),
    check: ({ anonymous, securityPolicies }) =>
      anonymous && securityPolicies.includes('None')
        ? [{ path: [], rule: 'outlet-open', message: 'everybody reads and writes', severity: 'warning' }]
        : [],
    create: () => ({
      start: () => Promise.resolve(undefined),
      status: () => ({}),
      health: () => ({ state: 'Healthy' }),
      stop: () => Promise.resolve(),
    }),
  });
}

function parseAddress(text: string): number {
  if (/^[0-9]{1,6}(\.[0-9]{1,2})?$/.test(text)) return Number(text);
  throw new GatewayError({ code: 'ADDRESS', kind: 'config', message: `${text} is no register from 0 to 999999` });
}
