import type { Finding } from '@fieldwarden/gateway-contract';
import { messageOf } from '@fieldwarden/core';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Catalogue } from '../document/catalogue.js';
import { anchorDocument } from './anchor-document.js';
import { editPlantText } from '../editing/edit-plant-text.js';
import { Findings, type Locate } from '../rules/findings.js';
import { parsePlantText } from './parse-plant-text.js';
import { systemSecrets } from '../rules/secrets.js';
import { loadThirdPartyDrivers } from '../rules/third-party-drivers.js';
import { loadThirdPartyServices } from '../rules/third-party-services.js';
import { utf8Text } from './utf8-text.js';
import { validateParsed, type Parsed, type ValidationResult } from '../rules/validate-plant.js';

export interface LoadedPlant extends ValidationResult {
  /** The file as it was read; undefined if it could not be. */
  readonly text: string | undefined;
}

/**
 * Reads a plant file, loads the drivers and services of third parties that it names into `catalogue`, and validates it. Secrets and modules are
 * looked up relative to the file. Never rejects: an unreadable file is a finding of rule `file`, one that is no UTF-8 of
 * rule `encoding`.
 */
export async function loadPlantFile(file: string, catalogue: Catalogue): Promise<LoadedPlant> {
  const findings = new Findings();
  const text = await readText(file, findings);
  if (text === undefined) return { text, findings: findings.list };
  const { absoluteText: _absoluteText, ...result } = await loadPlantText(text, dirname(resolve(file)), catalogue);
  return { text, ...result };
}

async function readText(file: string, findings: Findings): Promise<string | undefined> {
  try {
    return utf8Text(await readFile(file), findings);
  } catch (error) {
    findings.error([], 'file', `cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

export interface LoadedText extends ValidationResult {
  /** The text with the names relative to `baseDir` made absolute, like the document's. There together with the document. */
  readonly absoluteText?: string;
}

/** The same for a text whose names are relative to `baseDir`. */
export async function loadPlantText(text: string, baseDir: string, catalogue: Catalogue): Promise<LoadedText> {
  const read = parsePlantText(text);
  const anchored = anchorDocument(read.document, baseDir);
  const result = await loadParsed({ ...read, document: anchored }, baseDir, catalogue);
  if (!result.document) return result;
  return { ...result, absoluteText: anchored === read.document ? text : editPlantText(text, result.document) };
}

/** The same for plain values. */
export async function loadPlantDocument(
  document: unknown,
  baseDir: string,
  catalogue: Catalogue,
): Promise<ValidationResult> {
  return await loadParsed({ document: anchorDocument(document, baseDir) }, baseDir, catalogue);
}

async function loadParsed(parsed: Parsed, baseDir: string, catalogue: Catalogue): Promise<ValidationResult> {
  const notLoaded = await loadThirdParties(parsed.document, baseDir, catalogue, parsed.locate);
  const result = validateParsed(parsed, catalogue, { secrets: systemSecrets(baseDir) });
  const rest = result.findings.filter((finding) => !isExplained(finding, notLoaded));
  return { ...result, findings: [...notLoaded, ...rest] };
}

/** Registers all that a document brings with it; what could not be loaded is told. */
export async function loadThirdParties(
  document: unknown,
  baseDir: string,
  { drivers, services }: Catalogue,
  locate?: Locate,
): Promise<readonly Finding[]> {
  return [
    ...(await loadThirdPartyDrivers(document, baseDir, drivers, locate)),
    ...(await loadThirdPartyServices(document, baseDir, services, locate)),
  ];
}

/** What could not be loaded is also unknown; the reason is enough. */
function isExplained({ path, rule }: Finding, notLoaded: readonly Finding[]): boolean {
  return (
    (rule === 'driver-type-unknown' || rule === 'service-unknown') && notLoaded.some((finding) => finding.path === path)
  );
}
