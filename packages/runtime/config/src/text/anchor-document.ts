import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord } from '../document/schema-walk.js';

const relativeModule = /^\.{1,2}\//;
const packageName = /^(?:@[a-z0-9._-]+\/)?[a-z0-9][a-z0-9._-]*$/i;
const fileReference = /\$\{file:([^}]*)\}/g;

/** Fields of a document that are no section of a service: what stands in them is looked at apart, or holds no secrets. */
const ownFields: ReadonlySet<string> = new Set(['version', 'site', 'logging', 'tls', 'drivers', 'services']);

/**
 * A document as it must be once it leaves its file: modules of drivers and services and secret files that it names relative to
 * `baseDir` become absolute, since a published generation has no folder of its own. Packages that are installed beside the file are
 * named by their folder. What is not shaped like a plant document stays as it is, for validation to find. Copies only what it changes.
 * `looksAtFolders`: false leaves names of packages as they are, whether they are installed or not.
 */
export function anchorDocument<Document>(document: Document, baseDir: string, looksAtFolders = true): Document {
  if (!isRecord(document)) return document;
  const { drivers, services } = document;
  const anchorModule = (name: unknown): unknown => moduleBelow(name, baseDir, looksAtFolders);
  const sections = Object.keys(document).filter((name) => !ownFields.has(name));
  const anchored = sections.reduce<Record<string, unknown>>(
    (changed, name) => withField(changed, name, anchorSecrets(document[name], baseDir)),
    document,
  );
  return [
    ['drivers', anchorList(drivers, (driver) => anchorDriver(driver, baseDir, anchorModule))] as const,
    ['services', anchorList(services, (service) => anchorService(service, baseDir, anchorModule))] as const,
  ].reduce((changed, [name, list]) => withField(changed, name, list), anchored) as Document;
}

/** What is no list stays as it is. */
function anchorList(list: unknown, anchor: (element: unknown) => unknown): unknown {
  return Array.isArray(list) ? anchorEach(list, anchor) : list;
}

function anchorService(service: unknown, baseDir: string, anchorModule: (name: unknown) => unknown): unknown {
  if (!isRecord(service)) return service;
  const used = withField(service, 'use', anchorModule(service.use));
  return withField(used, 'options', anchorSecrets(service.options, baseDir));
}

function anchorDriver(driver: unknown, baseDir: string, anchorModule: (name: unknown) => unknown): unknown {
  if (!isRecord(driver)) return driver;
  const typed = withField(driver, 'type', anchorModule(driver.type));
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

/** A path or the name of an installed package; another name is one that the gateway knows itself. */
function moduleBelow(name: unknown, baseDir: string, looksAtFolders: boolean): unknown {
  if (typeof name !== 'string') return name;
  if (relativeModule.test(name)) return resolve(baseDir, name);
  const installed = join(resolve(baseDir), 'node_modules', name);
  return looksAtFolders && packageName.test(name) && existsSync(join(installed, 'package.json')) ? installed : name;
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
