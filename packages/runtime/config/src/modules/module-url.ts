import { messageOf } from '@fieldwarden/core';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, findPackageJSON, isBuiltin } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord } from '../document/schema-walk.js';

/** Whether it names a file or a folder, and no package. */
export function isPath(type: string): boolean {
  return /^\.{1,2}\//.test(type) || isAbsolute(type);
}

/**
 * URL of a third party's module: `./drivers/acme.ts` relative to `baseDir`, a package that is installed there, or the absolute path of
 * either. Undefined if the name is neither a file nor an installed package.
 */
export function moduleUrl(type: string, baseDir: string): string | undefined {
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

/** Why a module was not loaded: the error says which one, its cause why. */
export function loadFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
  return `${messageOf(error)}${cause}`;
}
