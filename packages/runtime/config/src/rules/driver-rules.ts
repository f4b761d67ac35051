import { messageOf, parseDataType, scalarTypes } from '@fieldwarden/core';
import type { AddressContext, DriverDefinition } from '@fieldwarden/driver';
import type { ZodType } from 'zod';
import type { Catalogue } from '../document/catalogue.js';
import { hint } from '../document/hint.js';
import type { DeviceDocument, DriverDocument } from '../document/driver-schema.js';
import { formatPath, type FieldPath, type Findings } from './findings.js';
import { checkResilience, checkSupervision } from './resilience-rules.js';
import { checkScans } from './scan-rules.js';
import { isUnsound, soundPart, type SoundPart } from '../document/schema-walk.js';
import type { SecretResolver } from './secrets.js';
import { checkShape } from './shape-findings.js';
import { checkStability } from './stability-rules.js';
import type { TagNames } from '../tag-tables/tag-names.js';
import { checkTag } from './tag-rules.js';
import { tagDefaults } from '../document/tag-schema.js';
import { tierDefaults } from '../document/tier-defaults.js';

type DriverDraft = SoundPart<DriverDocument>;
type DeviceDraft = SoundPart<DeviceDocument>;

/** What every rule about drivers works with. */
export interface Scope {
  readonly catalogue: Catalogue;
  readonly secrets: SecretResolver;
  readonly findings: Findings;
  readonly tagNames: TagNames;
}

/** What the checks of a driver bring to light, for the plan of the runtime. If anything is wrong, there are findings, and no plan. */
export interface CheckedDriver {
  readonly definition: DriverDefinition | undefined;
  readonly options: unknown;
  /** Options of each device, in the order of the document. */
  readonly deviceOptions: readonly unknown[];
}

export function checkDriver(driver: DriverDraft, path: FieldPath, scope: Scope): CheckedDriver {
  const definition = checkType(driver, path, scope);
  const options =
    definition &&
    checkOptions(definition.options, driver, { path, rule: 'driver-options', type: definition.type }, scope);
  const deviceOptions = (driver.devices ?? []).map((device, i) =>
    checkDevice(device ?? {}, [...path, 'devices', i], definition, scope),
  );
  checkUniqueNames(driver.devices ?? [], [...path, 'devices'], 'device-id-unique', scope.findings);
  checkSupervision(driver, definition, path, scope.findings);
  checkStability(driver, definition, path, scope.findings);
  if (definition) checkResilience(driver, { definition, options }, path, scope.findings);
  checkScans(driver, options, path, scope.findings);
  if (definition && options !== undefined) checkOwnRules(driver, { definition, options, deviceOptions }, path, scope);
  return { definition, options, deviceOptions };
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
}

/**
 * Options with secrets resolved and defaults filled. If something is wrong with them, what is right about them, so that rules
 * that need options can go on; undefined if that is not enough.
 */
function checkOptions(
  schema: ZodType,
  owner: Pick<DriverDraft, 'options'>,
  { path, rule, type }: OptionsPlace,
  { secrets, findings }: Scope,
): unknown {
  if (isUnsound(owner, 'options')) return undefined;
  const where = [...path, 'options'];
  const resolved = secrets.resolve(owner.options ?? {}, where, findings);
  try {
    return checkShape(schema, resolved, findings, where, rule) ?? schema.safeParse(soundPart(schema, resolved)).data;
  } catch (error) {
    // The schema is a driver's own code, possibly a third party's.
    findings.error(where, rule, `the options schema of driver type ${type} failed: ${messageOf(error)}`);
    return undefined;
  }
}

function checkDevice(
  device: DeviceDraft,
  path: FieldPath,
  definition: DriverDefinition | undefined,
  scope: Scope,
): unknown {
  const options =
    definition &&
    checkOptions(definition.deviceOptions, device, { path, rule: 'device-options', type: definition.type }, scope);
  for (const [i, tag] of (device.tags ?? []).entries()) {
    if (tag === undefined) continue;
    const where = [...path, 'tags', i];
    if (tag.path !== undefined) scope.tagNames.add(tag.path, [...where, 'path'], scope.findings);
    checkTag(tag, scope.findings, where);
    if (definition && options !== undefined) checkAddress(tag, options, definition, where, scope.findings);
  }
  return options;
}

/** What the driver type itself has to say of its options, devices and tags. */
function checkOwnRules(
  driver: DriverDraft,
  { definition, options, deviceOptions }: CheckedDriver & { readonly definition: DriverDefinition },
  path: FieldPath,
  { findings }: Scope,
): void {
  const devices = (driver.devices ?? []).map((device, i) => ({
    options: deviceOptions[i],
    tags: (device?.tags ?? []).map((tag) => ({
      access: tag?.access ?? tagDefaults.access,
      verify: tag?.verify === true,
    })),
  }));
  try {
    for (const found of definition.check?.(options, devices) ?? [])
      findings[found.severity]([...path, ...found.path], found.rule, found.message);
  } catch (error) {
    // possibly a third party's own code
    findings.error(path, 'driver-options', `the rules of driver type ${definition.type} failed: ${messageOf(error)}`);
  }
}

type TagDraft = NonNullable<NonNullable<DeviceDraft['tags']>[number]>;

/** Asks the driver type whether it knows the address. */
export function checkAddress(
  tag: TagDraft,
  deviceOptions: unknown,
  definition: DriverDefinition,
  path: FieldPath,
  findings: Findings,
): void {
  if (tag.address === undefined) return;
  const type = tag.dataType === undefined ? undefined : parseDataType(tag.dataType);
  const text = String(tag.address);
  const context = { deviceOptions, access: tag.access };
  const wrong = type
    ? addressError(text, { ...context, type }, definition)
    : errorForAnyType(text, context, definition);
  if (wrong !== undefined) findings.error([...path, 'address'], 'tag-address', wrong);
}

function addressError(text: string, context: AddressContext, definition: DriverDefinition): string | undefined {
  try {
    definition.address(text, context);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Of a tag whose type is not known: an address that is right for some type is not wrong. What most types say of it is about the address. */
function errorForAnyType(
  text: string,
  context: Omit<AddressContext, 'type'>,
  definition: DriverDefinition,
): string | undefined {
  const times = new Map<string, number>();
  for (const scalar of scalarTypes) {
    const message = addressError(text, { ...context, type: { scalar } }, definition);
    if (message === undefined) return undefined;
    times.set(message, (times.get(message) ?? 0) + 1);
  }
  return [...times].sort(([, a], [, b]) => b - a).at(0)?.[0];
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
