import { messageOf, parseDataType, scalarTypes } from '@fieldwarden/core';
import type { AddressContext, CheckPlace, DriverDefinition } from '@fieldwarden/driver';
import type { PlantFacts, ServiceDefinition } from '@fieldwarden/service';
import type { ZodType } from 'zod';
import { tagDefaults } from '../document/tag-schema.js';
import { soundPart } from '../document/schema-walk.js';
import { Findings, type FoundElsewhere } from './findings.js';
import { holdsReference, type SecretResolver } from './secrets.js';
import { checkShape } from './shape-findings.js';

/** What a schema says of options. Of a third party's it comes from another process, as data. */
export interface JudgedOptions {
  /** With defaults filled; of options with errors what is right about them. Undefined if that is not enough. */
  readonly output?: unknown;
  /** Paths begin at the options. */
  readonly found: readonly FoundElsewhere[];
}

export interface JudgedDriver {
  readonly options: JudgedOptions;
  readonly devices: readonly JudgedDevice[];
  /** What its own rules say beyond schemas; paths begin at the driver. */
  readonly own: readonly FoundElsewhere[];
}

export interface JudgedDevice {
  readonly options: JudgedOptions;
  /** What is wrong with the address of each tag; null: nothing. */
  readonly addresses: readonly (string | null)[];
  /** What the type's schema says of the options of each tag; absent where it has none. */
  readonly tagOptions?: readonly JudgedOptions[] | undefined;
}

/** One use of a driver type in a document, secrets resolved. */
export interface DriverUse {
  readonly options: unknown;
  readonly devices: readonly { readonly options: unknown; readonly tags: readonly UsedTag[] }[];
}

export interface UsedTag {
  readonly options?: unknown;
  readonly address?: string | number | undefined;
  readonly dataType?: string | undefined;
  readonly access?: 'read-only' | 'read-write' | undefined;
  readonly verify?: boolean | undefined;
}

/** `owner` names the schema's: `driver type modbus`. */
export function judgeOptions(
  schema: ZodType,
  options: unknown,
  rule: string | undefined,
  owner: string,
): JudgedOptions {
  const findings = new Findings();
  try {
    const output = checkShape(schema, options, findings, [], rule) ?? schema.safeParse(soundPart(schema, options)).data;
    return { output, found: findings.found };
  } catch (error) {
    // The schema may be a third party's own code.
    findings.error([], rule ?? 'service-options', `the options schema of ${owner} failed: ${messageOf(error)}`);
    return { found: findings.found };
  }
}

export function judgeDriver(definition: DriverDefinition, use: DriverUse, place: CheckPlace): JudgedDriver {
  const owner = `driver type ${definition.type}`;
  const options = judgeOptions(definition.options, use.options, 'driver-options', owner);
  const devices = use.devices.map((device) => {
    const judged = judgeOptions(definition.deviceOptions, device.options, 'device-options', owner);
    const { tagOptions: schema } = definition;
    const tagOptions =
      schema && device.tags.map((tag) => judgeOptions(schema, tag.options ?? {}, 'tag-options', owner));
    const addresses = device.tags.map(
      (tag, i) => addressFault(tag, judged.output, definition, tagOptions?.[i].output) ?? null,
    );
    return { options: judged, addresses, tagOptions };
  });
  const outputs = use.devices.map(({ tags }, i) => ({ options: devices[i].options.output, tags }));
  return {
    options,
    devices,
    own: options.output === undefined ? [] : judgeOwnRules(definition, options.output, outputs, place),
  };
}

/** What the driver type itself has to say of its options, devices and tags. */
export function judgeOwnRules(
  definition: DriverDefinition,
  options: unknown,
  devices: readonly { readonly options: unknown; readonly tags: readonly (UsedTag | undefined)[] }[],
  place: CheckPlace,
): readonly FoundElsewhere[] {
  const findings = new Findings();
  const asked = devices.map((device) => ({
    options: device.options,
    tags: device.tags.map((tag) => ({ access: tag?.access ?? tagDefaults.access, verify: tag?.verify === true })),
  }));
  try {
    findings.takeOver(definition.check?.(options, asked, place) ?? [], []);
  } catch (error) {
    // Possibly a third party's own code.
    findings.error([], 'driver-options', `the rules of driver type ${definition.type} failed: ${messageOf(error)}`);
  }
  return findings.found;
}

/** Asks the driver type whether it knows the address; undefined: it does, or nobody can ask. */
export function addressFault(
  tag: UsedTag,
  deviceOptions: unknown,
  definition: DriverDefinition,
  tagOptions?: unknown,
): string | undefined {
  if (tag.address === undefined || deviceOptions === undefined) return undefined;
  const type = tag.dataType === undefined ? undefined : parseDataType(tag.dataType);
  const text = String(tag.address);
  const context = { deviceOptions, access: tag.access, tagOptions };
  return type ? addressError(text, { ...context, type }, definition) : errorForAnyType(text, context, definition);
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

/** A service's own rules over settings that fit its schema. */
export function judgeSettings(
  definition: ServiceDefinition,
  settings: unknown,
  facts: PlantFacts,
): readonly FoundElsewhere[] {
  const findings = new Findings();
  try {
    findings.takeOver(definition.check?.(settings, facts) ?? [], []);
  } catch (error) {
    findings.error([], 'service-options', `the rules of ${definition.title} failed: ${messageOf(error)}`);
  }
  return findings.found;
}

/** Where a value came from a reference, who asks is told no more of it than that it does not fit; nothing beside that it does not resolve. */
export function discreet(
  found: readonly FoundElsewhere[],
  written: unknown,
  secrets: Pick<SecretResolver, 'isUnresolved'>,
): readonly FoundElsewhere[] {
  return found.flatMap((finding) => {
    const value = valueAt(written, finding.path);
    if (secrets.isUnresolved(value)) return [];
    return [
      holdsReference(value) ? { ...finding, message: 'what the reference stands for does not fit here' } : finding,
    ];
  });
}

/** What own rules say where a reference stands that was not looked up is of no use either. */
export function known(
  found: readonly FoundElsewhere[],
  written: unknown,
  secrets: Pick<SecretResolver, 'isUnresolved'>,
): readonly FoundElsewhere[] {
  return found.filter(({ path }) => !secrets.isUnresolved(valueAt(written, path)));
}

function valueAt(written: unknown, path: FoundElsewhere['path']): unknown {
  let value = written;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) break;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
