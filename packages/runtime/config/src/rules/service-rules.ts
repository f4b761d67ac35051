import type { PlantFacts, ServiceDefinition } from '@fieldwarden/service';
import { hint } from '../document/hint.js';
import { isRecord, type SoundPart } from '../document/schema-walk.js';
import { settingsSchema, sectionSchema, type ThirdPartyServiceDocument } from '../document/service-schema.js';
import type { PlantService } from '../resolve/plant.js';
import type { FieldPath, FoundElsewhere } from './findings.js';
import type { Scope } from './driver-rules.js';
import { discreet, judgeOptions, judgeSettings, type JudgedOptions } from './judge-options.js';
import { checkShape } from './shape-findings.js';

/** What the rules of services work with. */
export interface ServiceScope extends Pick<Scope, 'catalogue' | 'secrets' | 'findings' | 'thirdParties' | 'refusals'> {
  readonly facts: PlantFacts;
}

/** Looks into the sections of all services; gives those that a document without errors runs, in the order of the registry. */
export function checkServices(document: unknown, scope: ServiceScope): readonly PlantService[] {
  const written = isRecord(document) ? document : {};
  const builtIn = scope.catalogue.services.all().flatMap((definition) => {
    const { section } = definition;
    if (section === null) return [];
    const standIn = {
      ...unread,
      id: definition.name,
      name: definition.name,
      use: null,
      isolation: definition.isolation,
    };
    return refusable([section], standIn, scope, () => checkSection(written[section], definition, scope));
  });
  const thirdParties = Array.isArray(written.services) ? (written.services as unknown[]) : [];
  const others = thirdParties.flatMap((service, i) =>
    refusable(['services', i], standInFor(service), scope, () => checkThirdParty(service, ['services', i], scope)),
  );
  const services = [...builtIn, ...others];
  checkTogether(services, document, scope);
  checkIds(services, thirdParties, scope);
  checkPorts(services, scope);
  return services;
}

const unread = { enabled: true, isolation: 'host', critical: false, settings: {} } as const;

/** For a third party's that is not known here any more. */
function standInFor(written: unknown): PlantService | undefined {
  const { id, use } = ownFields(written);
  return typeof id === 'string' && typeof use === 'string' ? { ...unread, id, use, name: use } : undefined;
}

/** In a document that ran before, errors cost the service that has them. */
function refusable(
  path: FieldPath,
  standIn: PlantService | undefined,
  { refusals }: ServiceScope,
  check: () => readonly PlantService[],
): readonly PlantService[] {
  if (!refusals || !standIn) return check();
  const { checked, refusal } = refusals.of(path, check);
  if (refusal === undefined) return checked;
  return (checked.length === 0 ? [standIn] : checked).map((service) => ({ ...service, refusal }));
}

function checkSection(written: unknown, definition: ServiceDefinition, scope: ServiceScope): readonly PlantService[] {
  const path = [definition.section!];
  if (written === undefined || written === null) {
    if (definition.withoutSection !== 'defaults') return [];
    return checkInstance({}, definition, { path, id: definition.name }, scope);
  }
  if (definition.rows !== undefined) return checkRows(written, definition.rows, definition, scope);
  if (definition.mayRepeat === true && Array.isArray(written)) {
    return written.flatMap((entry: unknown, i) => {
      const { id, ...settings } = isRecord(entry) ? entry : {};
      if (typeof id === 'string') return checkInstance(settings, definition, { path: [...path, i], id }, scope);
      checkShape(sectionSchema(definition), [entry], scope.findings, path);
      return [];
    });
  }
  const { id, ...settings } =
    definition.mayRepeat === true && isRecord(written) ? written : { id: undefined, ...ownFields(written) };
  if (!isRecord(written)) {
    checkShape(settingsSchema(definition), written, scope.findings, path);
    return [];
  }
  return checkInstance(settings, definition, { path, id: typeof id === 'string' ? id : definition.name }, scope);
}

/** A section that is a list: the service has it in a field, of which the document knows nothing. */
function checkRows(
  written: unknown,
  rows: string,
  definition: ServiceDefinition,
  scope: ServiceScope,
): readonly PlantService[] {
  const path = [definition.section!];
  if (!Array.isArray(written)) {
    checkShape(sectionSchema(definition), written, scope.findings, path);
    return [];
  }
  return checkInstance({ [rows]: written }, definition, { path, id: definition.name, rows }, scope);
}

const ownFields = (written: unknown): Readonly<Record<string, unknown>> => (isRecord(written) ? written : {});

interface Place {
  readonly path: FieldPath;
  readonly id: string;
  /** The field of the settings that is the section itself. */
  readonly rows?: string;
}

/** Settings with secrets resolved and defaults filled, and what the service's own rules say of them. */
function checkInstance(
  written: Readonly<Record<string, unknown>>,
  definition: ServiceDefinition,
  { path, id, rows }: Place,
  scope: ServiceScope,
): readonly PlantService[] {
  const takeOver = (found: readonly FoundElsewhere[]): void =>
    scope.findings.takeOver(rows === undefined ? found : found.map((each) => withoutField(each, rows)), path);
  const resolved = scope.secrets.resolve(written, path, scope.findings);
  const { output: checked, found } = judgeOptions(settingsSchema(definition), resolved, undefined, definition.title);
  takeOver(discreet(found, written, scope.secrets));
  if (!isRecord(checked)) return [];
  const { enabled, isolation, critical, ...settings } = checked;
  if (enabled !== false) {
    takeOver(discreet(judgeSettings(definition, settings, scope.facts), written, scope.secrets));
  }
  return [
    {
      id,
      name: definition.name,
      use: null,
      enabled: enabled !== false,
      isolation: isolation === 'host' || isolation === 'in-process' ? isolation : definition.isolation,
      critical: critical === true,
      settings,
    },
  ];
}

function withoutField(found: FoundElsewhere, field: string): FoundElsewhere {
  return found.path[0] === field ? { ...found, path: found.path.slice(1) } : found;
}

function checkThirdParty(written: unknown, path: FieldPath, scope: ServiceScope): readonly PlantService[] {
  const service = (isRecord(written) ? written : {}) as SoundPart<ThirdPartyServiceDocument>;
  const { id, use } = service;
  if (typeof id !== 'string' || typeof use !== 'string') return [];
  const definition = scope.catalogue.services.get(use);
  if (!definition) {
    const known = scope.catalogue.services.all().map(({ name }) => name);
    scope.findings.error(
      [...path, 'use'],
      'service-unknown',
      `there is no service ${JSON.stringify(use)}${hint(use, known)}`,
    );
    return [];
  }
  if (definition.section !== null) {
    const message = `${definition.title} comes with the gateway: write its settings under ${definition.section}`;
    scope.findings.error([...path, 'use'], 'service-built-in', message);
    return [];
  }
  const where = [...path, 'options'];
  const resolved = scope.secrets.resolve(service.options ?? {}, where, scope.findings);
  const judged = scope.thirdParties.services.get(Number(path[1])) ?? ownJudgement(definition, resolved, service, scope);
  scope.findings.takeOver(discreet(judged.found, service.options, scope.secrets), where);
  const settings = judged.output;
  if (!isRecord(settings)) return [];
  return [
    {
      id,
      name: definition.name,
      use,
      enabled: service.enabled !== false,
      isolation: service.isolation === 'in-process' ? 'in-process' : 'host',
      critical: service.critical === true,
      settings,
    },
  ];
}

/** Of a service that is in the catalogue with its code. */
function ownJudgement(
  definition: ServiceDefinition,
  settings: unknown,
  { enabled }: Pick<SoundPart<ThirdPartyServiceDocument>, 'enabled'>,
  { facts }: ServiceScope,
): JudgedOptions {
  const judged = judgeOptions(definition.schema, settings, 'service-options', definition.title);
  if (judged.output === undefined || enabled === false) return judged;
  return { ...judged, found: [...judged.found, ...judgeSettings(definition, judged.output, facts)] };
}

/** Rules of services of which there may be several. */
function checkTogether(services: readonly PlantService[], document: unknown, scope: ServiceScope): void {
  for (const definition of scope.catalogue.services.all()) {
    const { name, section } = definition;
    if (section === null || !definition.checkTogether) continue;
    const written = isRecord(document) ? document[section] : undefined;
    const own = services.filter((service) => service.name === name && service.use === null && service.enabled);
    for (const {
      path: [index, ...rest],
      ...finding
    } of definition.checkTogether(own, scope.facts)) {
      const place = Array.isArray(written) ? placeOf(written, own[Number(index)].id) : [];
      scope.findings.takeOver([{ ...finding, path: rest }], [section, ...place]);
    }
  }
}

function placeOf(written: readonly unknown[], id: string): FieldPath {
  return [written.findIndex((entry) => isRecord(entry) && entry.id === id)];
}

function checkIds(
  services: readonly PlantService[],
  thirdParties: readonly unknown[],
  { findings }: ServiceScope,
): void {
  const seen = new Map<string, PlantService>();
  for (const service of services) {
    const first = seen.get(service.id);
    if (!first) {
      seen.set(service.id, service);
      continue;
    }
    const i = thirdParties.findLastIndex((entry) => isRecord(entry) && entry.id === service.id);
    const path = service.use === null || i < 0 ? [service.name] : ['services', i, 'id'];
    findings.error(path, 'service-id-unique', `${JSON.stringify(service.id)} is the id of two services`);
  }
}

/** Two services can not listen on one port: the second would be Faulted for as long as the first runs. */
function checkPorts(services: readonly PlantService[], { catalogue, findings }: ServiceScope): void {
  const seen = new Map<number, PlantService>();
  for (const service of services) {
    const definition = catalogue.services.get(service.use ?? service.name);
    const written = isRecord(service.settings) ? service.settings.port : undefined;
    const port = written ?? definition?.port?.defaultPort;
    if (!service.enabled || typeof port !== 'number' || port === 0) continue;
    const first = seen.get(port);
    if (!first) {
      seen.set(port, service);
      continue;
    }
    const section = definition?.section ?? service.id;
    const message = `port ${port} is that of service ${first.id} already; give ${service.id} another one`;
    findings.error([section, 'port'], 'service-port-twice', message);
  }
}
