import type { ServiceRegistry } from '@fieldwarden/service';
import { z } from 'zod';
import { driverSchema } from './driver-schema.js';
import { choice, flag, reserved } from './fields.js';
import { thirdPartyServiceSchema } from './service-schema.js';
import { tlsSchema } from './tls-schema.js';

/** Sections that a plant document may name although no service reads them yet: absent or empty only. */
const reservedSections = ['internalTags', 'stateMachines', 'flows', 'mqtt', 'history', 'users'] as const;

export const loggingDefaults = { level: 'info', json: false } as const;

export const tlsDefaults = { enabled: false, certFile: null, keyFile: null } as const;

const head = {
  version: z.literal(1).describe('Version of the document format. Always 1.'),
  site: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, {
      error: 'a site is 1 to 64 letters, digits, _ . -, beginning with a letter or digit',
    })
    .describe(
      'Name of the site; part of topics, file names and the OPC UA namespace. 1 to 64 letters, digits, `_`, `.`, `-`, ' +
        'beginning with a letter or digit.',
    ),
  logging: z
    .strictObject({
      level: choice('Least severe level that is logged.', ['debug', 'info', 'warn', 'error'], loggingDefaults.level),
      json: flag('Writes a JSON log beside the text log.', loggingDefaults.json),
    })
    .optional()
    .describe('What is logged.'),
  tls: tlsSchema.optional().describe('Encrypts the console and the Admin API. Default: it does not.'),
  drivers: z.array(driverSchema).optional().describe('Driver instances. Default: none.'),
};

const tail = {
  services: z.array(thirdPartyServiceSchema).optional().describe('Services of third parties. Default: none.'),
};

/** Of a service's section only that it may be there: `checkServices` looks into it. */
const section = z.unknown().optional();

const plantDescription = 'Plant document: everything a gateway runs.';

/**
 * The one schema of the plant document (SPEC §7.1), with a section for each service (SPEC §16.1): types, validation and JSON Schema
 * come from it.
 */
export function plantSchema(services: ServiceRegistry) {
  const sections = Object.fromEntries(sectionsOf(services).map((name) => [name, section]));
  const others = Object.fromEntries(reservedFor(services).map((name) => [name, reserved]));
  return z.strictObject({ ...head, ...sections, ...tail, ...others }).describe(plantDescription);
}

/** Fields of the document that belong to services, in their order. */
export function sectionsOf(services: ServiceRegistry): readonly string[] {
  return services.all().flatMap(({ section: name }) => (name === null ? [] : [name]));
}

/** Of the reserved sections those that no service has. */
export function reservedFor(services: ServiceRegistry): readonly string[] {
  return reservedSections.filter((name) => services.ofSection(name) === undefined);
}

/** A plant document as written: optional fields absent, secrets as references; sections of services under their names. */
export type PlantDocument = z.input<z.ZodObject<typeof head & typeof tail>> & Readonly<Record<string, unknown>>;
