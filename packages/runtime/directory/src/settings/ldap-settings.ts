import { z } from 'zod';
import { caFile, durationMs, secret } from './fields.js';

const dn = (says: string, example: string) =>
  z
    .string()
    .min(1)
    .max(1024)
    .meta({ description: says, examples: [example] });

const optionalDn = (says: string, example: string) =>
  z
    .string()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .meta({ description: says, examples: [example] });

const attribute = (says: string, defaultsTo: string, examples: readonly string[]) =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, { error: 'an attribute is a letter, then letters, digits or -' })
    .default(defaultsTo)
    .meta({ description: `${says} Default: ${defaultsTo}.`, examples: [...examples] });

/** An LDAP directory whose people sign in with their name and password. */
export const ldapSettings = z.strictObject({
  urls: z
    .array(
      z
        .string()
        .min(1)
        .max(2048)
        .meta({
          description: 'ldap://host:port or ldaps://host:port.',
          examples: ['ldaps://directory.plant.example'],
        }),
    )
    .min(1)
    .max(10)
    .meta({
      description: 'Servers of the directory: the first one that answers is asked.',
      examples: [['ldaps://dc1.plant.example', 'ldaps://dc2.plant.example']],
    }),
  startTls: z
    .boolean()
    .default(false)
    .meta({
      description: 'Whether connections over ldap:// are encrypted before anything else is said. Default: false.',
      examples: [true],
    }),
  caFile: caFile('the directory'),
  bindDn: optionalDn(
    'The account in whose name the gateway searches; it needs to read only. Default: none, anonymous.',
    'cn=fieldwarden,ou=services,dc=plant',
  ),
  bindPassword: secret('Its password', '${env:LDAP_PASSWORD}'),
  userBase: dn('Where people are found, at any depth below it.', 'ou=people,dc=plant'),
  userAttribute: attribute(
    'What people write as their name; in Active Directory sAMAccountName or userPrincipalName.',
    'uid',
    ['sAMAccountName'],
  ),
  groupBase: optionalDn('Where groups are found. Default: where people are.', 'ou=groups,dc=plant'),
  memberAttribute: attribute(
    'Attribute of a group with the distinguished names of its members: member or uniqueMember; memberUid has names, and such groups have no groups in them.',
    'member',
    ['uniqueMember'],
  ),
  timeoutMs: durationMs('How long a server may take to connect, and to answer each question.', 100, 30_000, 5_000),
});

export type LdapSettings = z.output<typeof ldapSettings>;
