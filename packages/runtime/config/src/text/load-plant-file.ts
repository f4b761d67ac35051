import type { Finding } from '@fieldwarden/gateway-contract';
import { fileProblem, systemClock } from '@fieldwarden/core';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Catalogue } from '../document/catalogue.js';
import { anchorDocument } from './anchor-document.js';
import { editPlantText } from '../editing/edit-plant-text.js';
import { Findings } from '../rules/findings.js';
import { parsePlantText } from './parse-plant-text.js';
import { admitDocument, admitText } from '../admission/admit-document.js';
import { findSilentFiles } from '../admission/silent-files.js';
import { asDriver, asService, type ThirdPartyModule } from '../modules/described.js';
import { askThirdParties, type ModuleAccess } from '../modules/third-parties.js';
import { SecretResolver, systemSecrets } from '../rules/secrets.js';
import { utf8Text } from './utf8-text.js';
import { validateParsed, type Parsed, type ValidationResult } from '../rules/validate-plant.js';

export interface LoadedPlant extends ValidationResult {
  /** The file as it was read; undefined if it could not be. */
  readonly text: string | undefined;
}

/** Where a document stands, and what it may reach from there. */
export interface DocumentPlace {
  /** Names in the document are relative to it. */
  readonly baseDir: string;
  /** Folders below which `${file:}` reads. */
  readonly secretFolders: readonly string[];
  /** Of the gateway: below it only `secrets` is of the plant. */
  readonly home?: string;
  readonly modules: ModuleAccess;
  /** Who asks may configure: for nobody else is code run, or a file, folder or secret of this machine looked at. Default: yes. */
  readonly mayConfigure?: boolean;
  /** This gateway ran it before: see `validateParsed`. Default: no. */
  readonly ranBefore?: boolean;
}

/** What the check of a document brought to light. */
export interface LoadedDocument extends ValidationResult {
  /** Third parties that it names, as they described themselves. */
  readonly modules?: readonly ThirdPartyModule[];
}

/** Beside its own folder. */
export interface FileAccess {
  readonly secretFolders?: readonly string[];
  /** Default: the folder of the file. */
  readonly moduleFolders?: readonly string[];
  /** Of the gateway. */
  readonly home?: string;
}

/**
 * Reads a plant file, asks the drivers and services of third parties that it names, and validates it. Secrets and modules are
 * looked up relative to the file. Never rejects: an unreadable file is a finding of rule `file`, one that is no UTF-8 of
 * rule `encoding`.
 */
export async function loadPlantFile(file: string, catalogue: Catalogue, access: FileAccess = {}): Promise<LoadedPlant> {
  const findings = new Findings();
  const text = await readText(file, findings);
  if (text === undefined) return { text, findings: findings.list };
  const baseDir = dirname(resolve(file));
  const { secretFolders = [], moduleFolders = [baseDir], home } = access;
  const place = {
    baseDir,
    secretFolders: [baseDir, ...secretFolders],
    modules: { folders: moduleFolders },
    ...(home !== undefined && { home }),
  };
  const { absoluteText: _absoluteText, ...result } = await loadPlantText(text, place, catalogue);
  return { text, ...result };
}

async function readText(file: string, findings: Findings): Promise<string | undefined> {
  try {
    return utf8Text(await readFile(file), findings);
  } catch (error) {
    findings.error([], 'file', `${file} cannot be read: ${fileProblem(error)}`);
    return undefined;
  }
}

export interface LoadedText extends LoadedDocument {
  /** The text with the names relative to `baseDir` made absolute, like the document's. There together with the document. */
  readonly absoluteText?: string;
}

/** The same for a text. */
export async function loadPlantText(text: string, place: DocumentPlace, catalogue: Catalogue): Promise<LoadedText> {
  const refusal = admitText(text);
  if (refusal) return { findings: [refusal] };
  const read = parsePlantText(text);
  const result = await loadParsed(read, place, catalogue);
  if (!result.document) return result;
  const isAsWritten = anchorDocument(read.document, place.baseDir, place.mayConfigure) === read.document;
  return { ...result, absoluteText: isAsWritten ? text : editPlantText(text, result.document) };
}

/** The same for plain values. */
export async function loadPlantDocument(
  document: unknown,
  place: DocumentPlace,
  catalogue: Catalogue,
): Promise<LoadedDocument> {
  return await loadParsed({ document }, place, catalogue);
}

async function loadParsed(read: Parsed, place: DocumentPlace, catalogue: Catalogue): Promise<LoadedDocument> {
  const refusal = admitDocument(read.document);
  if (refusal) return { findings: [refusal] };
  const { baseDir, secretFolders, home, modules: access, mayConfigure = true, ranBefore } = place;
  const onSilentDisks = new Findings(read.locate);
  const severity = ranBefore ? 'warning' : 'error';
  const silent = mayConfigure
    ? await findSilentFiles(read.document, baseDir, onSilentDisks, { clock: systemClock, severity })
    : new Set<string>();
  if (onSilentDisks.hasErrors) return { findings: onSilentDisks.list };
  const document = anchorDocument(read.document, baseDir, mayConfigure);
  const source = mayConfigure ? systemSecrets({ baseDir, folders: secretFolders, home, silent }) : undefined;
  const secrets = new SecretResolver(source);
  const { locate } = read;
  const asked = await askThirdParties({ document, baseDir, access, mayConfigure, catalogue, secrets, locate });
  const result = validateParsed({ ...read, document }, catalogue, {
    secrets,
    thirdParties: asked,
    mayConfigure,
    looksAtFiles: mayConfigure && silent.size === 0,
    ...(ranBefore && { ranBefore }),
  });
  const notLoaded = asked.findings.map((finding) => ({ ...finding, message: secrets.redact(finding.message) }));
  const rest = result.findings.filter((finding) => !isExplained(finding, notLoaded));
  return { ...result, findings: [...onSilentDisks.list, ...notLoaded, ...rest], modules: asked.modules };
}

/** Registers third parties that another process asked. */
export function registerThirdParties(modules: readonly ThirdPartyModule[], { drivers, services }: Catalogue): void {
  for (const { name, entry, description } of modules) {
    if (description.what === 'driver') drivers.registerThirdParty(asDriver(name, entry, description));
    else services.registerThirdParty(name, asService(entry, description));
  }
}

/** What could not be loaded is also unknown; the reason is enough. */
function isExplained({ path, rule }: Finding, notLoaded: readonly Finding[]): boolean {
  return (
    (rule === 'driver-type-unknown' || rule === 'service-unknown') && notLoaded.some((finding) => finding.path === path)
  );
}
