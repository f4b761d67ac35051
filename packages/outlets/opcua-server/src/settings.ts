import type { ServiceFinding } from '@fieldwarden/service';
import { z } from 'zod';

/** Names of OPC 10000-7, without the URI. */
export const securityPolicyNames = ['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

const defaultPolicies = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

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
  anonymous: z.boolean().default(false).describe('Lets clients in without user name or certificate. Default: false.'),
});

export type OpcuaSettings = z.output<typeof opcuaSettings>;

/** A server that is open to everybody may be wanted, but never unawares. */
export function checkOpcua({ anonymous, securityPolicies }: OpcuaSettings): readonly ServiceFinding[] {
  if (!anonymous || !securityPolicies.includes('None')) return [];
  const message =
    'anonymous clients over policy None: everybody who reaches the port reads and writes every tag, unencrypted; ' +
    'for a lab only';
  return [{ path: [], rule: 'opcua-open', message, severity: 'warning' }];
}
