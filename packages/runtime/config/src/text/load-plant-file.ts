import type { Finding } from '@fieldwarden/gateway-contract';
import { messageOf } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { anchorDocument } from './anchor-document.js';
import { Findings } from '../rules/findings.js';
import { parsePlantText } from './parse-plant-text.js';
import { systemSecrets } from '../rules/secrets.js';
import { loadThirdPartyDrivers } from '../rules/third-party-drivers.js';
import { utf8Text } from './utf8-text.js';
import { validateParsed, type Parsed, type ValidationResult } from '../rules/validate-plant.js';

export interface LoadedPlant extends ValidationResult {
  /** The file as it was read; undefined if it could not be. */
  readonly text: string | undefined;
}

/**
 * Reads a plant file, loads the third-party drivers it names into `registry`, and validates it. Secrets and drivers are
 * looked up relative to the file. Never rejects: an unreadable file is a finding of rule `file`, one that is no UTF-8 of
 * rule `encoding`.
 */
export async function loadPlantFile(file: string, registry: DriverRegistry): Promise<LoadedPlant> {
  const findings = new Findings();
  const text = await readText(file, findings);
  if (text === undefined) return { text, findings: findings.list };
  return { text, ...(await loadPlantText(text, dirname(resolve(file)), registry)) };
}

async function readText(file: string, findings: Findings): Promise<string | undefined> {
  try {
    return utf8Text(await readFile(file), findings);
  } catch (error) {
    findings.error([], 'file', `cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

/** The same for a text whose names are relative to `baseDir`. */
export async function loadPlantText(
  text: string,
  baseDir: string,
  registry: DriverRegistry,
): Promise<ValidationResult> {
  return await loadParsed(parsePlantText(text), baseDir, registry);
}

/** The same for plain values. */
export async function loadPlantDocument(
  document: unknown,
  baseDir: string,
  registry: DriverRegistry,
): Promise<ValidationResult> {
  return await loadParsed({ document }, baseDir, registry);
}

async function loadParsed(read: Parsed, baseDir: string, registry: DriverRegistry): Promise<ValidationResult> {
  const parsed = { ...read, document: anchorDocument(read.document, baseDir) };
  const notLoaded = await loadThirdPartyDrivers(parsed.document, baseDir, registry, parsed.locate);
  const result = validateParsed(parsed, registry, { secrets: systemSecrets(baseDir) });
  const rest = result.findings.filter((finding) => !isExplained(finding, notLoaded));
  return { ...result, findings: [...notLoaded, ...rest] };
}

/** A type that could not be loaded is also unknown; the reason is enough. */
function isExplained({ path, rule }: Finding, notLoaded: readonly Finding[]): boolean {
  return rule === 'driver-type-unknown' && notLoaded.some((finding) => finding.path === path);
}
