import type { Finding } from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import { loadDriverModule, type DriverDefinition, type DriverRegistry } from '@fieldwarden/driver';
import { Findings, type FieldPath, type Locate } from './findings.js';
import { isRecord } from '../document/schema-walk.js';
import { loadFailure, moduleUrl } from './third-party-modules.js';
import { tryModule } from './try-module.js';

/**
 * Registers the third-party types that a plant document names (SPEC §3.5): `./drivers/acme.ts` relative to `baseDir`, a
 * package that is installed there, or the absolute path of either. They go under the name as written, and are tier C whatever they say of themselves.
 *
 * A module that cannot be loaded is a finding of rule `driver-not-loaded` with the cause. A plain name that is no package
 * is none: `validatePlant` says that there is no such type. A module is tried in a thread of its own; then its code runs in this
 * process, too, for its schemas and addresses.
 */
export async function loadThirdPartyDrivers(
  document: unknown,
  baseDir: string,
  registry: DriverRegistry,
  locate?: Locate,
): Promise<readonly Finding[]> {
  const findings = new Findings(locate);
  const failed = new Set<string>();
  for (const [type, path] of typesOf(document)) {
    if (registry.get(type) || failed.has(type)) continue;
    try {
      const url = moduleUrl(type, baseDir);
      if (url === undefined) continue;
      await tryModule(url, 'driver');
      registry.register(asThirdParty(type, url, await loadDriverModule(url)));
    } catch (error) {
      failed.add(type);
      findings.error(path, 'driver-not-loaded', loadFailure(error));
    }
  }
  return findings.list;
}

function* typesOf(document: unknown): Generator<readonly [type: string, path: FieldPath]> {
  if (!isRecord(document) || !Array.isArray(document.drivers)) return;
  for (const [i, driver] of (document.drivers as unknown[]).entries()) {
    if (isRecord(driver) && typeof driver.type === 'string') yield [driver.type, ['drivers', i, 'type']];
  }
}

function asThirdParty(type: string, entry: string, definition: DriverDefinition): DriverDefinition {
  for (const part of ['options', 'deviceOptions'] as const) {
    if (typeof (definition[part] as { safeParse?: unknown } | undefined)?.safeParse === 'function') continue;
    throw new GatewayError({
      code: 'DRIVER_WITHOUT_SCHEMA',
      kind: 'config',
      message: `the driver definition has no zod schema \`${part}\``,
    });
  }
  return {
    type,
    version: definition.version,
    tier: 'C',
    entry,
    mayOverlap: definition.mayOverlap,
    liveDevices: definition.liveDevices,
    options: definition.options,
    deviceOptions: definition.deviceOptions,
    address: (text, context) => definition.address(text, context),
    create: (context) => definition.create(context),
  };
}
