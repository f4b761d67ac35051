import { admitText, parsePlantText, textDigest } from '@fieldwarden/config';
import { messageOf } from '@fieldwarden/core';
import {
  withDriverOptions,
  type BootFile,
  type CheckedPlant,
  type DriverOption,
  type RefusedFile,
  type PlantCheck,
  type PlantTextEdit,
} from '@fieldwarden/generations';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PlantRefused } from '../gateway-options.js';

interface ReadFile {
  /** As it was read. */
  readonly text: string;
  /** As far as it says one. */
  readonly site: string | undefined;
}

export type PlantFile = (BootFile | RefusedFile) & ReadFile;

export interface PlantFileDependencies {
  readonly check: PlantCheck;
  readonly edit: PlantTextEdit;
  /** Set in whatever the file says. */
  readonly driverOptions: readonly DriverOption[];
}

/**
 * Reads and checks a plant file; what it names beside itself is absolute afterwards. Throws PlantRefused for one that cannot be read; what is wrong
 * with another is its `refusal`.
 */
export async function readPlantFile(file: string, dependencies: PlantFileDependencies): Promise<PlantFile> {
  const text = await readText(file);
  const path = resolve(file);
  const { plant, document, findings, source } = await checkPlantFile(text, path, dependencies);
  const read = { name: file, path, text, findings };
  if (plant && document && source) return { ...read, site: document.site, source, plant, document };
  return { ...read, site: siteIn(text), sha256: textDigest(text), refusal: new PlantRefused(file, findings) };
}

function siteIn(text: string): string | undefined {
  if (admitText(text)) return undefined;
  const { document } = parsePlantText(text);
  const { site } = (document ?? {}) as { readonly site?: unknown };
  return typeof site === 'string' ? site : undefined;
}

/** `source` has the digest of the file as it is, and the text as it is meant. */
export async function checkPlantFile(
  text: string,
  path: string,
  { check, edit, driverOptions }: PlantFileDependencies,
): Promise<CheckedPlant> {
  const written = await check({ text }, dirname(path));
  if (!written.document || !written.source) return written;
  const document = withDriverOptions(written.document, driverOptions);
  if (document === written.document) return written;
  const checked = await check({ text: await edit(written.source.text, document) }, dirname(path));
  return checked.source ? { ...checked, source: { ...checked.source, sha256: textDigest(text) } } : checked;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${messageOf(error)}`;
    throw new PlantRefused(file, [{ path: '', rule: 'file', message, severity: 'error' }]);
  }
}
