import { z } from 'zod';
import { driverSchema } from './driver-schema.js';
import { choice, flag, reserved } from './fields.js';
import { securityPolicies, type SecurityPolicy } from '../resolve/plant.js';

/** Sections that a plant document may name although nothing in the product reads them yet: absent or empty only. */
export const reservedSections = ['internalTags', 'stateMachines', 'flows', 'mqtt', 'history', 'users'] as const;

export const loggingDefaults = { level: 'info', json: false } as const;

export const defaultSecurityPolicies = [
  'Basic256Sha256',
  'Aes128_Sha256_RsaOaep',
  'Aes256_Sha256_RsaPss',
] as const satisfies readonly SecurityPolicy[];

/** The one schema of the plant document (SPEC §7.1): types, validation and JSON Schema come from it. */
export const plantSchema = z
  .strictObject({
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
    drivers: z.array(driverSchema).optional().describe('Driver instances. Default: none.'),
    opcua: z
      .strictObject({
        enabled: flag('Serves all tags over OPC UA.', true),
        port: z
          .int()
          .min(0)
          .max(65_535)
          .optional()
          .describe('TCP port of the server; 0 picks a free one. Default: 4840. The command line goes before it.'),
        securityPolicies: z
          .array(z.enum(securityPolicies))
          .min(1)
          .optional()
          .describe(
            `Policies that clients may use: ${securityPolicies.join(', ')}. Default: ${defaultSecurityPolicies.join(', ')}.`,
          ),
        anonymous: flag('Lets clients in without user name or certificate.', false),
      })
      .optional()
      .describe('The OPC UA server.'),
    internalTags: reserved,
    stateMachines: reserved,
    flows: reserved,
    mqtt: reserved,
    history: reserved,
    users: reserved,
  })
  .describe('Plant document: everything a gateway runs.');

/** A plant document as written: optional fields absent, secrets as references. */
export type PlantDocument = z.input<typeof plantSchema>;
