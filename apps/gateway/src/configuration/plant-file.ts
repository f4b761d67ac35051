import { messageOf } from '@fieldwarden/core';
import type { BootFile, PlantCheck } from '@fieldwarden/generations';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PlantRefused } from '../gateway-options.js';

export interface PlantFile extends BootFile {
  /** As it was read. */
  readonly text: string;
}

/** Reads and checks a plant file; what it names beside itself is absolute afterwards. Throws PlantRefused with every finding. */
export async function readPlantFile(file: string, check: PlantCheck): Promise<PlantFile> {
  const text = await readText(file);
  const { plant, document, findings } = await check({ text }, dirname(resolve(file)));
  if (!plant || !document) throw new PlantRefused(file, findings);
  return { name: file, text, plant, document, findings };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${messageOf(error)}`;
    throw new PlantRefused(file, [{ path: '', rule: 'file', message, severity: 'error' }]);
  }
}
