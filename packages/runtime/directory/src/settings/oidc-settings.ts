import { z } from 'zod';
import { caFile, durationMs, secret } from './fields.js';

const claim = (says: string, defaultsTo: string, examples: readonly string[]) =>
  z
    .string()
    .min(1)
    .max(256)
    .default(defaultsTo)
    .meta({ description: `${says} Default: ${defaultsTo}.`, examples: [...examples] });

/** A provider of OpenID Connect, to which the console sends people who sign in. */
export const oidcSettings = z.strictObject({
  issuer: z
    .string()
    .min(1)
    .max(2048)
    .meta({
      description: 'Its issuer URL: https://, http:// only on this machine.',
      examples: ['https://login.plant.example/realms/plant'],
    }),
  title: z
    .string()
    .min(1)
    .max(64)
    .default('single sign-on')
    .meta({
      description: 'What the console calls it: "Sign in with …". Default: single sign-on.',
      examples: ['Plant account'],
    }),
  clientId: z
    .string()
    .min(1)
    .max(256)
    .meta({ description: 'Id under which the provider knows this gateway.', examples: ['fieldwarden'] }),
  clientSecret: secret('Its secret, for a confidential client', '${env:OIDC_SECRET}'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/, { error: 'a scope is visible ASCII without " and \\' }))
    .max(20)
    .default(['openid', 'profile'])
    .meta({
      description: 'What is asked for; openid always is. Default: openid, profile.',
      examples: [['openid', 'profile', 'groups']],
    }),
  nameClaim: claim('Claim of the ID token with the name of the person.', 'preferred_username', ['email']),
  groupsClaim: claim(
    'Claim of the ID token with the groups or roles of the person, a list of texts; a dot leads into an object.',
    'groups',
    ['roles', 'realm_access.roles'],
  ),
  consoleUrl: z
    .string()
    .regex(/^https?:\/\/[^/?#\s]+\/?$/, { error: 'an address of the console is https://host or https://host:port' })
    .max(512)
    .nullable()
    .default(null)
    .meta({
      description:
        'Address under which people open the console, where a proxy stands before it: the provider sends them back there. Default: as the browser says.',
      examples: ['https://gateway.plant.example'],
    }),
  caFile: caFile('the provider'),
  timeoutMs: durationMs('How long the provider may take to answer each question.', 100, 30_000, 5_000),
  endWithToken: z
    .boolean()
    .default(false)
    .meta({
      description:
        'Whether a session ends when the ID token that opened it expires, if that is sooner than `sessions` says. Default: false.',
      examples: [true],
    }),
});

export type OidcSettings = z.output<typeof oidcSettings>;
