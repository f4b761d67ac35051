import { serviceIsolations, type ServiceDefinition } from '@fieldwarden/service';
import { z } from 'zod';
import { choice, flag } from './fields.js';

const instanceId = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, { error: 'a service id is 1 to 40 lower-case letters, digits or -' })
  .meta({ description: 'Name of the service, unique: 1 to 40 lower-case letters, digits, `-`.', examples: ['acme'] });

/** What every section has beside its own fields. */
function commonFields({ isolation, inProcessOnly }: Pick<ServiceDefinition, 'isolation' | 'inProcessOnly'>) {
  return {
    enabled: flag('Runs with the gateway.', true),
    isolation: choice(
      'Where it runs: in the process of the gateway, or in a process of its own, where it may block or die alone.',
      inProcessOnly === true ? (['in-process'] as const) : serviceIsolations,
      isolation,
    ),
    critical: flag(
      'Counts like a driver in the verdict of `/readyz`; else a fault of it makes the gateway Degraded.',
      false,
    ),
  };
}

/** One instance's settings as the plant document has them: the common fields, then its own. */
export function settingsSchema(definition: ServiceDefinition): z.ZodObject {
  return z.strictObject({ ...commonFields(definition), ...definition.schema.shape });
}

/** The section of a service: an object, or where it may repeat also a list of objects with ids; or its rows. */
export function sectionSchema(definition: ServiceDefinition): z.ZodType {
  if (definition.rows !== undefined) return definition.schema.shape[definition.rows] as z.ZodType;
  const one = settingsSchema(definition).describe(`The ${definition.title}.`);
  if (definition.mayRepeat !== true) return one;
  const several = z.array(z.strictObject({ id: instanceId, ...one.shape }));
  return z
    .union([z.strictObject({ id: instanceId.optional(), ...one.shape }), several])
    .describe(`The ${definition.title}, one or several.`);
}

/** One service of a third party (SPEC §16.1). */
export const thirdPartyServiceSchema = z
  .strictObject({
    id: instanceId,
    use: z
      .string()
      .min(1)
      .meta({
        description: '`./path.ts` relative to the plant file, or the name of an installed package.',
        examples: ['./acme-outlet.ts'],
      }),
    ...commonFields({ isolation: 'host' }),
    options: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Settings of the service. Any text may refer to a secret: `${env:NAME}`, `${file:PATH}` or `${secret:NAME}`. Default: none.',
      ),
  })
  .describe('One use of a service that does not come with the gateway.');

export type ThirdPartyServiceDocument = z.input<typeof thirdPartyServiceSchema>;
