import { z } from 'zod';
import { ldapSettings } from './ldap-settings.js';
import { oidcSettings } from './oidc-settings.js';
import { roleSettings } from './role-settings.js';

const sessions = z
  .strictObject({
    idleMinutes: z
      .int()
      .min(1)
      .max(1440)
      .default(15)
      .meta({
        description: 'A session that nobody uses for so long ends. Range: 1 to 1440. Default: 15.',
        unit: 'min',
        examples: [15],
      }),
    absoluteHours: z
      .int()
      .min(1)
      .max(168)
      .default(12)
      .meta({
        description: 'A session ends after so long, however much it is used. Range: 1 to 168. Default: 12.',
        unit: 'h',
        examples: [12],
      }),
  })
  .prefault({})
  .meta({ description: 'How long sessions of the console last. Default: 15 minutes unused, 12 hours.' });

/** As written in the plant document under `access`, with defaults filled (SPEC §13.1). */
export const accessSettings = z.strictObject({
  roles: z
    .array(roleSettings)
    .max(1000)
    .default([])
    .meta({
      description:
        'What groups of the directory and of the provider may do here. Who is in none of them cannot sign in.',
      examples: [[{ role: 'operator', groups: ['cn=operators,ou=groups,dc=plant'], areas: ['packaging/**'] }]],
    }),
  ldap: ldapSettings
    .nullable()
    .default(null)
    .meta({ description: 'Directory whose people sign in with their name and password. Default: none.' }),
  oidc: oidcSettings
    .nullable()
    .default(null)
    .meta({ description: 'Provider of OpenID Connect, for the console. Default: none.' }),
  sessions,
  anonymousConsole: z
    .boolean()
    .default(false)
    .meta({
      description:
        'Whether everybody who reaches the console may look at everything without signing in. Default: false.',
      examples: [true],
    }),
});

export type AccessSettings = z.output<typeof accessSettings>;
