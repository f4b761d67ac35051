import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord } from '../document/schema-walk.js';

const relativeModule = /^\.{1,2}\//;
const packageName = /^(?:@[a-z0-9._-]+\/)?[a-z0-9][a-z0-9._-]*$/i;
const fileReference = /\$\{file:([^}]*)\}/g;

/**
 * A document as it must be once it leaves its file: driver modules and secret files that it names relative to `baseDir` become
 * absolute, since a published generation has no folder of its own. Packages that are installed beside the file are named by their
 * folder. What is not shaped like a plant document stays as it is, for validation to find. Copies only what it changes.
 */
export function anchorDocument<Document>(document: Document, baseDir: string): Document {
  if (!isRecord(document) || !Array.isArray(document.drivers)) return document;
  return withField(
    document,
    'drivers',
    anchorEach(document.drivers, (driver) => anchorDriver(driver, baseDir)),
  );
}

function anchorDriver(driver: unknown, baseDir: string): unknown {
  if (!isRecord(driver)) return driver;
  const typed = withField(driver, 'type', anchorType(driver.type, baseDir));
  const optioned = withField(typed, 'options', anchorSecrets(driver.options, baseDir));
  if (!Array.isArray(driver.devices)) return optioned;
  return withField(
    optioned,
    'devices',
    anchorEach(driver.devices, (device) => anchorDevice(device, baseDir)),
  );
}

function anchorDevice(device: unknown, baseDir: string): unknown {
  return isRecord(device) ? withField(device, 'options', anchorSecrets(device.options, baseDir)) : device;
}

function anchorType(type: unknown, baseDir: string): unknown {
  if (typeof type !== 'string') return type;
  if (relativeModule.test(type)) return resolve(baseDir, type);
  const installed = join(resolve(baseDir), 'node_modules', type);
  return packageName.test(type) && existsSync(join(installed, 'package.json')) ? installed : type;
}

function anchorSecrets(value: unknown, baseDir: string): unknown {
  if (typeof value === 'string')
    return value.replace(fileReference, (_, path: string) => `\${file:${resolve(baseDir, path)}}`);
  if (Array.isArray(value)) return anchorEach(value, (element) => anchorSecrets(element, baseDir));
  if (!isRecord(value)) return value;
  return Object.entries(value).reduce(
    (anchored, [name, field]) => withField(anchored, name, anchorSecrets(field, baseDir)),
    value,
  );
}

function anchorEach(list: readonly unknown[], anchor: (element: unknown) => unknown): readonly unknown[] {
  const anchored = list.map(anchor);
  return anchored.some((element, i) => element !== list[i]) ? anchored : list;
}

function withField<Group extends Record<string, unknown>>(group: Group, name: string, field: unknown): Group {
  return group[name] === field ? group : { ...group, [name]: field };
}
