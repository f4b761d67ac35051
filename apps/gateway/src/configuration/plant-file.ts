import { textDigest } from '@fieldwarden/config';
import { messageOf } from '@fieldwarden/core';
import {
  withDriverOptions,
  type BootFile,
  type CheckedPlant,
  type DriverOption,
  type PlantCheck,
  type PlantTextEdit,
} from '@fieldwarden/generations';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PlantRefused } from '../gateway-options.js';

export interface PlantFile extends BootFile {
  /** As it was read. */
  readonly text: string;
}

export interface PlantFileDependencies {
  readonly check: PlantCheck;
  readonly edit: PlantTextEdit;
  /** Set in whatever the file says. */
  readonly driverOptions: readonly DriverOption[];
}

/** Reads and checks a plant file; what it names beside itself is absolute afterwards. Throws PlantRefused with every finding. */
export async function readPlantFile(file: string, dependencies: PlantFileDependencies): Promise<PlantFile> {
  const text = await readText(file);
  const path = resolve(file);
  const { plant, document, findings, source } = await checkPlantFile(text, path, dependencies);
  if (!plant || !document || !source) throw new PlantRefused(file, findings);
  return { name: file, path, text, source, plant, document, findings };
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
