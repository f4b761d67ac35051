import type { Finding } from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import { checkDriver, type CheckedDriver } from './driver-rules.js';
import { Findings } from './findings.js';
import { parsePlantText, type ParsedText } from '../text/parse-plant-text.js';
import type { Catalogue } from '../document/catalogue.js';
import { plantSchema, type PlantDocument } from '../document/plant-document.js';
import { plantFacts } from './plant-facts.js';
import { checkOptionNames, checkPlant } from './plant-rules.js';
import { checkServices } from './service-rules.js';
import type { Plant } from '../resolve/plant.js';
import { resolvePlant, type DriverParts } from '../resolve/resolve-plant.js';
import { soundPart, type SoundPart } from '../document/schema-walk.js';
import { SecretResolver, systemSecrets, type SecretSource } from './secrets.js';
import { checkShape } from './shape-findings.js';
import type { ThirdPartyVerdicts } from '../modules/third-parties.js';
import { TagNames } from '../tag-tables/tag-names.js';

export interface ValidationResult {
  /** There if no finding is an error. */
  readonly plant?: Plant;
  /** The same as written, secrets as references; there together with `plant`. */
  readonly document?: PlantDocument;
  /** Everything at once. Warnings refuse nothing. */
  readonly findings: readonly Finding[];
  /** What references stood for; there together with `plant`. Never to be shown. */
  readonly secrets?: readonly string[];
}

export interface ValidationOptions {
  /** Where `${env:…}` and `${file:…}` are looked up. Default: this process's environment, and files below its working directory. */
  readonly secrets?: SecretSource;
}

/** What is known of a document before it is validated. */
export interface ParsedContext {
  readonly secrets: SecretResolver;
  /** Default: there are none. */
  readonly thirdParties?: Pick<ThirdPartyVerdicts, 'drivers' | 'services'>;
}

/**
 * Checks a plant document, as text (YAML or JSON) or as plain values, against its schema, the rules of the plant and the
 * schemas of the driver types and services of the catalogue (SPEC §7.1, §16.1). Third parties' must be in it already:
 * `loadPlantText` asks them. Never throws: whatever is wrong is a finding.
 */
export function validatePlant(
  source: unknown,
  catalogue: Catalogue,
  options: ValidationOptions = {},
): ValidationResult {
  const cwd = process.cwd();
  const secrets = new SecretResolver(options.secrets ?? systemSecrets({ baseDir: cwd, folders: [cwd] }));
  const parsed = typeof source === 'string' ? parsePlantText(source) : { document: source };
  return validateParsed(parsed, catalogue, { secrets });
}

/** What `parsePlantText` gives, or plain values without a text. */
export type Parsed = Pick<ParsedText, 'document'> & Partial<ParsedText>;

/** The same for a text that is parsed already. */
export function validateParsed(
  parsed: Parsed,
  catalogue: Catalogue,
  { secrets, thirdParties = noThirdParties }: ParsedContext,
): ValidationResult {
  if (parsed.findings && parsed.findings.length > 0) return { findings: parsed.findings };
  const findings = new Findings(parsed.locate);
  const schema = plantSchema(catalogue.services);
  const data = checkShape(schema, parsed.document, findings);
  const draft = (data ?? soundPart(schema, parsed.document) ?? {}) as SoundPart<PlantDocument>;
  checkOptionNames(parsed.document, findings);
  checkPlant(draft, catalogue, findings);
  const scope = { catalogue, secrets, findings, tagNames: new TagNames(), thirdParties };
  const checked = (draft.drivers ?? []).map((driver, i) => checkDriver(driver ?? {}, ['drivers', i], scope));
  const services = checkServices(draft, { ...scope, facts: plantFacts(draft) });
  const told = [...inOrderOfText(findings.list), ...findings.summed.slice(findings.list.length)].map((finding) => ({
    ...finding,
    message: secrets.redact(finding.message),
  }));
  if (data === undefined || findings.hasErrors) return { findings: told };
  return {
    plant: resolvePlant(data, { drivers: checked.map(complete), services }),
    document: data,
    findings: told,
    secrets: secrets.values,
  };
}

const noThirdParties = { drivers: new Map(), services: new Map() } as const;

/** As people read it. Without a text, the order in which they were found stays. */
function inOrderOfText(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** Without errors every driver has its definition. */
function complete(checked: CheckedDriver): DriverParts {
  const { definition } = checked;
  if (definition) return { ...checked, definition };
  throw new GatewayError({ code: 'DRIVER_WITHOUT_DEFINITION', kind: 'bug', message: 'an unknown type had no finding' });
}
