import type { DriverDefinition } from '@fieldwarden/driver';
import type { ZodType } from 'zod';
import type { Catalogue } from '../document/catalogue.js';
import { hint } from '../document/hint.js';
import type { DeviceDocument, DriverDocument } from '../document/driver-schema.js';
import { formatPath, type FieldPath, type Findings } from './findings.js';
import { checkResilience, checkSupervision } from './resilience-rules.js';
import { checkScans } from './scan-rules.js';
import { isUnsound, type SoundPart } from '../document/schema-walk.js';
import {
  addressFault,
  discreet,
  judgeOptions,
  judgeOwnRules,
  known,
  type JudgedDevice,
  type JudgedOptions,
} from './judge-options.js';
import type { PartRefusals } from './part-refusals.js';
import type { SecretResolver } from './secrets.js';
import { checkStability } from './stability-rules.js';
import type { ThirdPartyVerdicts } from '../modules/third-parties.js';
import type { TagNames } from '../tag-tables/tag-names.js';
import { checkTag } from './tag-rules.js';
import { tierDefaults } from '../document/tier-defaults.js';

type DriverDraft = SoundPart<DriverDocument>;
type DeviceDraft = SoundPart<DeviceDocument>;

/** What every rule about drivers works with. */
export interface Scope {
  readonly catalogue: Catalogue;
  readonly secrets: SecretResolver;
  readonly findings: Findings;
  readonly tagNames: TagNames;
  /** Whether files that options name are looked at: for who may configure. */
  readonly looksAtFiles: boolean;
  /** What third parties' own code says, which does not run here. */
  readonly thirdParties: Pick<ThirdPartyVerdicts, 'drivers' | 'services'>;
  /** Of a document that ran before. */
  readonly refusals?: PartRefusals | undefined;
}

/** What the checks of a driver bring to light, for the plan of the runtime. If anything is wrong, there are findings, and no plan. */
export interface CheckedDriver {
  readonly definition: DriverDefinition | undefined;
  readonly options: unknown;
  /** Options of each device, in the order of the document. */
  readonly deviceOptions: readonly unknown[];
  /** Of each tag of each device; undefined for a type that has no options of tags. */
  readonly tagOptions: readonly (readonly unknown[] | undefined)[];
}

export function checkDriver(driver: DriverDraft, path: FieldPath, scope: Scope): CheckedDriver {
  const definition = checkType(driver, path, scope);
  const judged = scope.thirdParties.drivers.get(Number(path[1]));
  const place = { path, rule: 'driver-options', type: definition?.type ?? '' } as const;
  const options = definition && checkOptions(definition.options, driver, { ...place, judged: judged?.options }, scope);
  const devices = (driver.devices ?? []).map((device, i) =>
    checkDevice(device ?? {}, [...path, 'devices', i], { definition, judged: judged?.devices[i] }, scope),
  );
  checkUniqueNames(driver.devices ?? [], [...path, 'devices'], 'device-id-unique', scope.findings);
  checkSupervision(driver, definition, path, scope.findings);
  checkStability(driver, definition, path, scope.findings);
  if (definition) checkResilience(driver, { definition, options }, path, scope.findings);
  checkScans(driver, options, path, scope.findings);
  if (definition && options !== undefined) {
    const asked = (driver.devices ?? []).map((device, i) => ({
      options: devices[i].options,
      tags: device?.tags ?? [],
    }));
    const own = judged?.own ?? judgeOwnRules(definition, options, asked, scope);
    scope.findings.takeOver(known(own, driver, scope.secrets), path);
  }
  return {
    definition,
    options,
    deviceOptions: devices.map((device) => device.options),
    tagOptions: devices.map((device) => device.tagOptions),
  };
}

function checkType(driver: DriverDraft, path: FieldPath, { catalogue, findings }: Scope): DriverDefinition | undefined {
  const { type, isolation } = driver;
  if (type === undefined) return undefined;
  const definition = catalogue.drivers.get(type);
  if (definition === undefined) {
    const known = catalogue.drivers.types().map((candidate) => candidate.type);
    const text = JSON.stringify(type);
    findings.error([...path, 'type'], 'driver-type-unknown', `there is no driver type ${text}${hint(type, known)}`);
  } else if (isolation === 'in-process' && tierDefaults[definition.tier].isolation === 'host') {
    const message =
      `driver type ${type} is tier ${definition.tier}: it may crash, block or leak, and would take the gateway with it; ` +
      'set isolation: host, or leave it out';
    findings.error([...path, 'isolation'], 'isolation-tier', message);
  }
  return definition;
}

interface OptionsPlace {
  /** Of the driver or device. */
  readonly path: FieldPath;
  readonly rule: 'driver-options' | 'device-options';
  readonly type: string;
  /** Of a third party's type. */
  readonly judged: JudgedOptions | undefined;
}

/**
 * Options with secrets resolved and defaults filled. If something is wrong with them, what is right about them, so that rules
 * that need options can go on; undefined if that is not enough.
 */
function checkOptions(
  schema: ZodType,
  owner: Pick<DriverDraft, 'options'>,
  { path, rule, type, judged }: OptionsPlace,
  { secrets, findings }: Scope,
): unknown {
  if (isUnsound(owner, 'options')) return undefined;
  const where = [...path, 'options'];
  const resolved = secrets.resolve(owner.options ?? {}, where, findings);
  const { output, found } = judged ?? judgeOptions(schema, resolved, rule, `driver type ${type}`);
  findings.takeOver(discreet(found, owner.options, secrets), where);
  return output;
}

interface CheckedDeviceOptions {
  readonly options: unknown;
  readonly tagOptions: readonly unknown[] | undefined;
}

function checkDevice(
  device: DeviceDraft,
  path: FieldPath,
  {
    definition,
    judged,
  }: { readonly definition: DriverDefinition | undefined; readonly judged: JudgedDevice | undefined },
  scope: Scope,
): CheckedDeviceOptions {
  const place = { path, rule: 'device-options', type: definition?.type ?? '', judged: judged?.options } as const;
  const options = definition && checkOptions(definition.deviceOptions, device, place, scope);
  const tagOptions: unknown[] | undefined = definition?.tagOptions && [];
  for (const [i, tag] of (device.tags ?? []).entries()) {
    if (tag === undefined) continue;
    const where = [...path, 'tags', i];
    if (tag.path !== undefined) scope.tagNames.add(tag.path, [...where, 'path'], scope.findings);
    checkTag(tag, scope.findings, where);
    const own = definition && checkTagOptions(tag, definition, where, scope.findings, judged?.tagOptions?.[i]);
    if (tagOptions) tagOptions[i] = own;
    const fault = judged?.addresses[i];
    if (typeof fault === 'string') scope.findings.error([...where, 'address'], 'tag-address', fault);
    else if (definition && !judged && options !== undefined)
      checkAddress(tag, { deviceOptions: options, tagOptions: own }, definition, where, scope.findings);
  }
  return { options, tagOptions };
}

type TagDraft = NonNullable<NonNullable<DeviceDraft['tags']>[number]>;

/** Options of a tag with defaults filled; of options with errors what is right about them. Undefined for a type that has none. */
export function checkTagOptions(
  tag: TagDraft,
  definition: DriverDefinition,
  path: FieldPath,
  findings: Findings,
  judged?: JudgedOptions,
): unknown {
  const schema = definition.tagOptions;
  const where = [...path, 'options'];
  if (!schema) {
    if (tag.options === undefined) return undefined;
    const message = `tags of driver type ${definition.type} have no options`;
    findings.error(where, 'tag-options', message);
    return undefined;
  }
  if (isUnsound(tag, 'options')) return undefined;
  const owner = `driver type ${definition.type}`;
  const { output, found } = judged ?? judgeOptions(schema, tag.options ?? {}, 'tag-options', owner);
  findings.takeOver(found, where);
  return output;
}

/** Asks the driver type whether it knows the address. */
export function checkAddress(
  tag: TagDraft,
  { deviceOptions, tagOptions }: { readonly deviceOptions: unknown; readonly tagOptions: unknown },
  definition: DriverDefinition,
  path: FieldPath,
  findings: Findings,
): void {
  if (findings.isFull) return; // a wrong address takes long to explain, and nobody would be told
  const fault = addressFault(tag, deviceOptions, definition, tagOptions);
  if (fault !== undefined) findings.error([...path, 'address'], 'tag-address', fault);
}

/** Ids that are equal, or differ only by case: system tags are named after them, and those follow the rules of tag paths. */
export function checkUniqueNames(
  owners: readonly ({ readonly id?: string | undefined } | undefined)[],
  path: FieldPath,
  rule: string,
  findings: Findings,
): void {
  const seen = new Map<string, number>();
  for (const [i, owner] of owners.entries()) {
    if (owner?.id === undefined) continue;
    const first = seen.get(owner.id.toLowerCase());
    if (first === undefined) seen.set(owner.id.toLowerCase(), i);
    else findings.error([...path, i, 'id'], rule, `${owner.id} is already the id of ${formatPath([...path, first])}`);
  }
}
