import { messageOf, parseDataType } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import type { PlantFacts, ServiceDefinition } from '@fieldwarden/service';
import type { ZodType } from 'zod';
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
}

export interface JudgedDevice {
  readonly options: JudgedOptions;
  /** What is wrong with the address of each tag; null: nothing. */
  readonly addresses: readonly (string | null)[];
}

/** One use of a driver type in a document, secrets resolved. */
export interface DriverUse {
  readonly options: unknown;
  readonly devices: readonly { readonly options: unknown; readonly tags: readonly UsedTag[] }[];
}

export interface UsedTag {
  readonly address?: string | number | undefined;
  readonly dataType?: string | undefined;
  readonly access?: 'read-only' | 'read-write' | undefined;
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

export function judgeDriver(definition: DriverDefinition, use: DriverUse): JudgedDriver {
  const owner = `driver type ${definition.type}`;
  return {
    options: judgeOptions(definition.options, use.options, 'driver-options', owner),
    devices: use.devices.map((device) => {
      const options = judgeOptions(definition.deviceOptions, device.options, 'device-options', owner);
      return { options, addresses: device.tags.map((tag) => addressFault(tag, options.output, definition) ?? null) };
    }),
  };
}

/** Asks the driver type whether it knows the address; undefined: it does, or nobody can ask. */
export function addressFault(tag: UsedTag, deviceOptions: unknown, definition: DriverDefinition): string | undefined {
  const type = tag.dataType === undefined ? undefined : parseDataType(tag.dataType);
  if (type === undefined || tag.address === undefined || deviceOptions === undefined) return undefined;
  try {
    definition.address(String(tag.address), { type, deviceOptions, access: tag.access });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
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

function valueAt(written: unknown, path: FoundElsewhere['path']): unknown {
  let value = written;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) break;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
