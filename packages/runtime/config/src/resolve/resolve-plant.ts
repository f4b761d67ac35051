import type { DriverDefinition } from '@fieldwarden/driver';
import type { DriverDocument } from '../document/driver-schema.js';
import { defaultSecurityPolicies, loggingDefaults, type PlantDocument } from '../document/plant-document.js';
import type { Plant, PlantDriver, PlantOpcua } from './plant.js';
import { resolveResilience, resolveStability, resolveSupervision } from './resolve-settings.js';
import { resolveTag } from './resolve-tag.js';
import { isRecord } from '../document/schema-walk.js';
import { tierDefaults } from '../document/tier-defaults.js';

/** A driver's definition and its options after the definition's schemas. */
export interface DriverParts {
  readonly definition: DriverDefinition;
  readonly options: unknown;
  readonly deviceOptions: readonly unknown[];
}

/** A document without errors → the plant. `parts` are in the order of the document's drivers. */
export function resolvePlant(document: PlantDocument, parts: readonly DriverParts[]): Plant {
  const plant: Plant = {
    site: document.site,
    logging: { ...loggingDefaults, ...document.logging },
    drivers: (document.drivers ?? []).map((driver, i) => resolveDriver(driver, parts[i])),
    opcua: resolveOpcua(document.opcua),
  };
  return deepFreeze(plant);
}

function resolveDriver(written: DriverDocument, { definition, options, deviceOptions }: DriverParts): PlantDriver {
  const { tier } = definition;
  const devices = written.devices ?? [];
  const isolation = written.isolation ?? 'auto';
  return {
    id: written.id,
    type: written.type,
    tier,
    isolation: isolation === 'auto' ? tierDefaults[tier].isolation : isolation,
    enabled: written.enabled ?? true,
    options,
    devices: devices.map(({ id, tags = [] }, i) => ({ id, options: deviceOptions[i], tags: tags.map(resolveTag) })),
    resilience: resolveResilience(written.resilience, { tier, deviceCount: devices.length }),
    supervision: resolveSupervision(written.supervision),
    stability: resolveStability(written.stability, tier),
  };
}

function resolveOpcua(written: PlantDocument['opcua']): PlantOpcua {
  return {
    enabled: written?.enabled ?? true,
    port: written?.port,
    securityPolicies: [...(written?.securityPolicies ?? defaultSecurityPolicies)],
    anonymous: written?.anonymous ?? false,
  };
}

/** Plain groups and lists only: what a driver's schema made besides (a URL, a Date) stays its own business. */
function deepFreeze<T>(value: T): T {
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value) || (isRecord(value) && isPlain(value))) {
    Object.freeze(value);
    for (const field of Object.values(value)) deepFreeze(field);
  }
  return value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
