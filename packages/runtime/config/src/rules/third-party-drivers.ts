import type { Finding } from '@fieldwarden/gateway-contract';
import { GatewayError, messageOf } from '@fieldwarden/core';
import { loadDriverModule, type DriverDefinition, type DriverRegistry } from '@fieldwarden/driver';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, findPackageJSON, isBuiltin } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Findings, type FieldPath, type Locate } from './findings.js';
import { isRecord } from '../document/schema-walk.js';

/**
 * Registers the third-party types that a plant document names (SPEC §3.5): `./drivers/acme.ts` relative to `baseDir`, a
 * package that is installed there, or the absolute path of either. They go under the name as written, and are tier C whatever they say of themselves.
 *
 * A module that cannot be loaded is a finding of rule `driver-not-loaded` with the cause. A plain name that is no package
 * is none: `validatePlant` says that there is no such type. Importing runs the module's code in this process.
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
      if (url !== undefined) registry.register(asThirdParty(type, url, await loadDriverModule(url)));
    } catch (error) {
      failed.add(type);
      findings.error(path, 'driver-not-loaded', reasons(error));
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

/** URL of the module; undefined if the type is neither a file nor an installed package. */
function moduleUrl(type: string, baseDir: string): string | undefined {
  if (/^\.{1,2}\//.test(type)) return pathToFileURL(resolve(baseDir, type)).href;
  if (isAbsolute(type)) return existsSync(join(type, 'package.json')) ? folderUrl(type) : pathToFileURL(type).href;
  if (!/^(?:@[a-z0-9._-]+\/)?[a-z0-9._-]+$/i.test(type) || isBuiltin(type)) return undefined;
  return packageUrl(type, baseDir);
}

function packageUrl(name: string, baseDir: string): string | undefined {
  const parent = pathToFileURL(join(resolve(baseDir), 'plant.yaml'));
  const manifestPath = findManifest(name, parent);
  if (manifestPath === undefined) return undefined;
  try {
    return pathToFileURL(createRequire(parent).resolve(name)).href;
  } catch (error) {
    // `require` does not see packages that export to `import` only; the entry then stands in the manifest.
    const entry = importEntry(JSON.parse(readFileSync(manifestPath, 'utf8')) as unknown);
    if (entry === undefined) throw error;
    return new URL(entry, pathToFileURL(manifestPath)).href;
  }
}

function folderUrl(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as unknown;
  const main = isRecord(manifest) && typeof manifest.main === 'string' ? manifest.main : 'index.js';
  return pathToFileURL(resolve(folder, importEntry(manifest) ?? main)).href;
}

function findManifest(name: string, parent: URL): string | undefined {
  try {
    return findPackageJSON(name, parent);
  } catch {
    return undefined;
  }
}

function importEntry(manifest: unknown): string | undefined {
  const exports = isRecord(manifest) ? manifest.exports : undefined;
  const main = isRecord(exports) && '.' in exports ? exports['.'] : exports;
  const entry = isRecord(main) ? (main.import ?? main.default) : main;
  const target = isRecord(entry) ? entry.default : entry;
  return typeof target === 'string' ? target : undefined;
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

/** `loadDriverModule` says which module; its cause says why. */
function reasons(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
  return `${messageOf(error)}${cause}`;
}
