import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PlantDocument } from './plant-document.js';
import { isRecord } from './schema-walk.js';

const relativeModule = /^\.{1,2}\//;
const fileReference = /\$\{file:([^}]*)\}/g;

/**
 * The document as it must be once it leaves its file: driver modules and secret files that it names relative to `baseDir` become
 * absolute, since a published generation has no folder of its own. Packages that are installed beside the file are named by their
 * folder. Returns the document itself when there is nothing to change.
 */
export function anchorDocument(document: PlantDocument, baseDir: string): PlantDocument {
  const drivers = document.drivers?.map((driver) => anchorDriver(driver, baseDir));
  const changed = drivers?.some((driver, i) => driver !== document.drivers?.[i]) ?? false;
  return changed ? { ...document, drivers } : document;
}

type Written = NonNullable<PlantDocument['drivers']>[number];

function anchorDriver(driver: Written, baseDir: string): Written {
  const type = anchorType(driver.type, baseDir);
  const options = anchorSecrets(driver.options, baseDir) as Written['options'];
  const devices = driver.devices?.map((device) => {
    const anchored = anchorSecrets(device.options, baseDir) as typeof device.options;
    return anchored === device.options ? device : { ...device, options: anchored };
  });
  const devicesChanged = devices?.some((device, i) => device !== driver.devices?.[i]) ?? false;
  if (type === driver.type && options === driver.options && !devicesChanged) return driver;
  return { ...driver, type, ...(options !== undefined && { options }), ...(devicesChanged && { devices }) };
}

function anchorType(type: string, baseDir: string): string {
  if (relativeModule.test(type)) return resolve(baseDir, type);
  const installed = join(resolve(baseDir), 'node_modules', type);
  return /^[@a-z0-9]/i.test(type) && existsSync(join(installed, 'package.json')) ? installed : type;
}

/** A copy only where something changes, so that untouched options stay the same object. */
function anchorSecrets(value: unknown, baseDir: string): unknown {
  if (typeof value === 'string')
    return value.replace(fileReference, (_, path: string) => `\${file:${resolve(baseDir, path)}}`);
  if (Array.isArray(value)) {
    const anchored = value.map((element) => anchorSecrets(element, baseDir));
    return anchored.some((element, i) => element !== value[i]) ? anchored : value;
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, field]) => [name, anchorSecrets(field, baseDir)] as const);
  return entries.some(([name, field]) => field !== value[name]) ? Object.fromEntries(entries) : value;
}
