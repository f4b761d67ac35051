import type { DriverDefinition } from '@fieldwarden/driver';
import type { DriverDocument } from '../document/driver-schema.js';
import { loggingDefaults, tlsDefaults, type PlantDocument } from '../document/plant-document.js';
import type { Plant, PlantDriver, PlantService } from './plant.js';
import { resolveResilience, resolveStability, resolveSupervision } from './resolve-settings.js';
import { resolveTag } from './resolve-tag.js';
import { isRecord } from '../document/schema-walk.js';
import { tierDefaults } from '../document/tier-defaults.js';

/** A driver's definition and its options after the definition's schemas. */
export interface DriverParts {
  /** Undefined only for a driver that is refused. */
  readonly definition: DriverDefinition | undefined;
  readonly options: unknown;
  readonly deviceOptions: readonly unknown[];
  /** Of each tag of each device; undefined for a type that has no options of tags. */
  readonly tagOptions: readonly (readonly unknown[] | undefined)[];
  /** Why it cannot run; undefined: it can. */
  readonly refusal?: string;
}

/** What the checks of a document brought to light: drivers in the order of the document, services in that of their registry. */
export interface PlantParts {
  readonly drivers: readonly DriverParts[];
  readonly services: readonly PlantService[];
}

/** A document without errors → the plant. */
export function resolvePlant(document: PlantDocument, { drivers, services }: PlantParts): Plant {
  const plant: Plant = {
    site: document.site,
    logging: { ...loggingDefaults, ...document.logging },
    tls: { ...tlsDefaults, ...document.tls },
    drivers: (document.drivers ?? []).map((driver, i) => resolveDriver(driver, drivers[i])),
    services,
  };
  return deepFreeze(plant);
}

function resolveDriver(
  written: DriverDocument,
  { definition, options, deviceOptions, tagOptions, refusal }: DriverParts,
): PlantDriver {
  const tier = definition?.tier ?? 'C';
  const devices = written.devices ?? [];
  const isolation = written.isolation ?? 'auto';
  return {
    id: written.id,
    type: written.type,
    tier,
    isolation: isolation === 'auto' ? tierDefaults[tier].isolation : isolation,
    enabled: written.enabled ?? true,
    options,
    devices: devices.map(({ id, tags = [] }, i) => ({
      id,
      options: deviceOptions[i],
      tags: tags.map((tag, t) => resolveTag(tag, tagOptions[i]?.[t])),
    })),
    resilience: resolveResilience(written.resilience, { tier, deviceCount: devices.length }),
    supervision: resolveSupervision(written.supervision),
    stability: resolveStability(written.stability, tier),
    ...(refusal !== undefined && { refusal }),
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
