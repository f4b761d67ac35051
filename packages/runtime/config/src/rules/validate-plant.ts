import type { Finding } from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import { checkDriver, type CheckedDriver, type Scope } from './driver-rules.js';
import { Findings, maxFindings, type FieldPath } from './findings.js';
import { withoutNames } from './names-in-clear.js';
import { PartRefusals } from './part-refusals.js';
import { parsePlantText, type ParsedText } from '../text/parse-plant-text.js';
import type { Catalogue } from '../document/catalogue.js';
import type { DriverDocument } from '../document/driver-schema.js';
import { plantSchema, type PlantDocument } from '../document/plant-document.js';
import { namesFilesOrSecrets } from '../admission/silent-files.js';
import { plantFacts } from './plant-facts.js';
import { checkOptionNames, checkPlant } from './plant-rules.js';
import { checkServices } from './service-rules.js';
import { serviceTagsOf } from './service-tags.js';
import type { Plant } from '../resolve/plant.js';
import { resolvePlant, type DriverParts } from '../resolve/resolve-plant.js';
import { soundPart, type SoundPart } from '../document/schema-walk.js';
import { checkTls } from './tls-rules.js';
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
  /** Who asks may configure: for nobody else are files looked at. Default: yes. */
  readonly mayConfigure?: boolean;
  /** Default: as `mayConfigure`; not where a disk does not answer. */
  readonly looksAtFiles?: boolean;
  /** This gateway ran it: what is wrong with one driver or service now makes that one Faulted, and refuses nothing else. */
  readonly ranBefore?: boolean;
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
  {
    secrets,
    thirdParties = noThirdParties,
    mayConfigure = true,
    looksAtFiles = mayConfigure,
    ranBefore = false,
  }: ParsedContext,
): ValidationResult {
  if (parsed.findings && parsed.findings.length > 0) return { findings: parsed.findings };
  const findings = new Findings(parsed.locate, ranBefore ? Infinity : maxFindings); // refusals have to see every error
  const schema = plantSchema(catalogue.services);
  const data = checkShape(schema, parsed.document, findings);
  const draft = (data ?? soundPart(schema, parsed.document) ?? {}) as SoundPart<PlantDocument>;
  checkOptionNames(parsed.document, findings);
  checkPlant(draft, catalogue, findings);
  if (looksAtFiles) checkTls(draft.tls, { findings, ranBefore, nowMs: Date.now() });
  if (!mayConfigure && namesFilesOrSecrets(parsed.document)) findings.warning([], 'not-looked-up', notLookedUp);
  const refusals = ranBefore ? new PartRefusals(findings) : undefined;
  const scope = {
    catalogue,
    secrets,
    findings,
    tagNames: new TagNames(),
    thirdParties,
    refusals,
    looksAtFiles,
  };
  const drivers = (draft.drivers ?? []).map((driver, i) => judgedDriver(driver ?? {}, ['drivers', i], scope));
  const serviceTags = serviceTagsOf(draft, catalogue);
  for (const { tag, where } of serviceTags) scope.tagNames.add(tag.path, where, findings);
  const services = checkServices(draft, { ...scope, facts: plantFacts(draft, serviceTags, looksAtFiles) });
  const runs = data !== undefined && (refusals ? refusals.explainAll : !findings.hasErrors);
  const found = runs && refusals ? withoutErrors(findings, refusals) : findings;
  const told = [...inOrderOfText(found.list), ...found.summed.slice(found.list.length)].map((finding) => ({
    ...finding,
    message: secrets.redact(finding.message),
  }));
  if (!runs) return { findings: ranBefore ? told.slice(0, maxFindings) : told };
  return {
    plant: resolvePlant(data, {
      drivers: drivers.map((driver) => discreetly(driver, secrets)).map(complete),
      services: services.map((service) => discreetly(service, secrets)),
    }),
    document: data,
    findings: told,
    secrets: withoutNames(secrets.values, data),
  };
}

function judgedDriver(driver: SoundPart<DriverDocument>, path: FieldPath, scope: Scope): JudgedPart {
  const check = (): CheckedDriver => checkDriver(driver, path, scope);
  if (!scope.refusals) return check();
  const { checked, refusal } = scope.refusals.of(path, check);
  return refusal === undefined ? checked : { ...checked, refusal };
}

type JudgedPart = CheckedDriver & { readonly refusal?: string };

/** The reason of a refusal goes where people look. */
function discreetly<Part extends { readonly refusal?: string }>(part: Part, secrets: SecretResolver): Part {
  return part.refusal === undefined ? part : { ...part, refusal: secrets.redact(part.refusal) };
}

/** What is left to be said when errors cost parts: the warnings, and one for each part. */
function withoutErrors(findings: Findings, { parts }: PartRefusals): Findings {
  const left = new Findings();
  left.takeOver(
    findings.found.filter(({ severity }) => severity === 'warning'),
    [],
  );
  for (const { path, rule, message } of parts)
    left.warning(path, rule, `${message}; it is Faulted until that is mended, the rest runs`);
  return left;
}

const notLookedUp =
  'files and secrets that the document names are looked up only for who may configure; sign in as an engineer to have them checked';

const noThirdParties = { drivers: new Map(), services: new Map() } as const;

/** As people read it. Without a text, the order in which they were found stays. */
function inOrderOfText(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** Without errors every driver has its definition; one that is refused needs none. */
function complete(checked: JudgedPart): DriverParts {
  const { definition, refusal } = checked;
  if (definition || refusal !== undefined) return checked;
  throw new GatewayError({ code: 'DRIVER_WITHOUT_DEFINITION', kind: 'bug', message: 'an unknown type had no finding' });
}
