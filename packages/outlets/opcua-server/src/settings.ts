import { hostFault, plainHost } from '@fieldwarden/core';
import type { ServiceFinding } from '@fieldwarden/service';
import { z } from 'zod';
import { wildcards } from '@fieldwarden/certificates';
import type { OpcuaOutletOptions } from './server/outlet-options.js';

/** Names of OPC 10000-7, without the URI. */
export const securityPolicyNames = ['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

const defaultPolicies = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

/** What a certificate can name: an address that stands for all, or that needs a zone, is none by which others reach this machine. */
const hostName = z
  .string()
  .min(1)
  .max(253)
  .superRefine((text, context) => {
    const isNobodys = wildcards.has(plainHost(text)) || text.includes('%');
    const fault = hostFault(text) ?? (isNobodys ? 'is no address by which others reach this machine' : undefined);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} ${fault}` });
  })
  .overwrite(plainHost)
  .meta({ description: 'A DNS name or an IP address.', examples: ['gateway.plant.example'] });

/** Section `opcua` of the plant document. */
export const opcuaSettings = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('TCP port of the server; 0 picks a free one. Default: 4840. The command line goes before it.'),
  securityPolicies: z
    .array(z.enum(securityPolicyNames))
    .min(1)
    .default([...defaultPolicies])
    .describe(
      `Policies that clients may use: ${securityPolicyNames.join(', ')}. Default: ${defaultPolicies.join(', ')}.`,
    ),
  hostNames: z
    .array(hostName)
    .max(50)
    .default([])
    .describe(
      'Names and addresses under which clients reach the server, beside those of the machine: behind a router, in a container. Its ' +
        'certificate names them, and clients that do not say how they reach it are told them, the first one first. Default: none. ' +
        'Example: [gateway.plant.example, 192.168.0.10].',
    ),
  anonymous: z
    .union([z.boolean(), z.literal('viewer')])
    .default(false)
    .describe(
      'Lets clients in without a user: viewer: they read; true: they read and write every tag. Others sign in with the name and password, or ' +
        'the certificate, of an account, over encrypted policies. Default: false.',
    ),
  alarms: z
    .boolean()
    .default(true)
    .describe(
      'Shows the alarms of gateway and plant as conditions (OPC 10000-9), and lets people acknowledge and shelve them at their clients. ' +
        'Default: true.',
    ),
  methods: z
    .boolean()
    .default(true)
    .describe(
      'Offers acts on drivers (start, stop, restart, recycle, reset, promote, demote) and on the configuration (publish, rollback) as methods, for ' +
        'clients whose user may. Default: true.',
    ),
});

export type OpcuaSettings = z.output<typeof opcuaSettings>;

/** Why no client gets in, and how one does; undefined where some can. */
export function admitsNobody({
  anonymous,
  securityPolicies,
}: Pick<OpcuaOutletOptions, 'anonymous' | 'securityPolicies'>): string | undefined {
  return anonymous !== false || securityPolicies.some((policy) => policy !== 'None') ? undefined : nobodyGetsIn;
}

const nobodyGetsIn =
  'no OPC UA client gets in: anonymous is off, and names and passwords are taken over encrypted policies only, of which there is none. Write ' +
  'opcua: { securityPolicies: [Basic256Sha256] } for clients with an account, ' +
  'opcua: { anonymous: true, securityPolicies: [None] } to admit everybody in a lab, or ' +
  'opcua: { enabled: false } if none is wanted';

/** A server that is open to everybody, or to nobody, may be wanted, but never unawares. */
export function checkOpcua(settings: OpcuaSettings): readonly ServiceFinding[] {
  const nobody = admitsNobody(settings);
  if (nobody !== undefined) return [{ path: [], rule: 'opcua-admits-nobody', message: nobody, severity: 'warning' }];
  if (settings.anonymous === false || !settings.securityPolicies.includes('None')) return [];
  const what = settings.anonymous === 'viewer' ? 'reads' : 'reads and writes';
  const message = `anonymous clients over policy None: everybody who reaches the port ${what} every tag, unencrypted; for a lab only`;
  return [{ path: [], rule: 'opcua-open', message, severity: 'warning' }];
}
