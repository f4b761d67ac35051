import { z } from 'zod';
import { profileNames } from './profiles.js';

const endpointUrl = z
  .string()
  .min(1)
  .max(2_048)
  .superRefine((text, context) => {
    const fault = urlFault(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} ${fault}` });
  });

/** What keeps a text from being the URL of an endpoint. */
function urlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is no URL; an endpoint is written opc.tcp://host:4840/path';
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== 'opc.tcp:')
    return `has the scheme ${protocol.slice(0, -1)}; an endpoint is written opc.tcp://host:4840/path`;
  if (hostname === '') return 'names no host';
  return username !== '' || password !== '' ? 'holds credentials; they are written as identity' : undefined;
}

const text = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .meta({ description, examples: [example] });

const identity = z
  .strictObject({
    username: text('User of the server; without it and without a certificate: anonymous', 'gateway'),
    password: z
      .string()
      .max(4_096)
      .optional()
      .meta({ description: 'Password, as a reference to a secret', examples: ['${env:OPCUA_PASSWORD}'] }),
    certFile: text(
      'File in PEM with the certificate of the user, for servers that let users in by one',
      '/etc/fieldwarden/user.pem',
    ),
    keyFile: text('File in PEM with its private key, without a passphrase', '/etc/fieldwarden/user-key.pem'),
  })
  .prefault({})
  .meta({ description: 'As whom the driver signs in: anonymous, user and password, or a user certificate' });

const reconnect = z
  .strictObject({
    initialMs: z
      .int()
      .min(10)
      .max(60_000)
      .default(250)
      .meta({ description: 'Pause before the first new attempt; doubles with each', unit: 'ms' }),
    maxMs: z.int().min(10).max(3_600_000).default(500).meta({
      description:
        'Longest pause while nobody answers. After a refusal that somebody has to mend (trust, user, security) it is 30 s',
      unit: 'ms',
    }),
  })
  .prefault({})
  .meta({ description: 'Pauses between attempts to connect, each ±20 %' });

export const opcUaOptions = z.strictObject({
  endpointUrl: endpointUrl.meta({
    description:
      'Address of the server, as this machine reaches it: it is used as written, whatever the server calls itself',
    examples: ['opc.tcp://192.168.0.20:4840'],
  }),
  failoverUrls: z
    .array(endpointUrl)
    .max(10)
    .default([])
    .meta({
      description: 'Further addresses of the same server, or of its redundant twins: tried in turn when one fails',
      examples: [['opc.tcp://192.168.0.21:4840']],
    }),
  securityMode: z.enum(['SignAndEncrypt', 'Sign', 'None']).default('SignAndEncrypt').meta({
    description: 'Whether messages are signed and encrypted; None: anybody on the way reads and changes them',
  }),
  securityPolicy: z
    .enum(['auto', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'])
    .default('auto')
    .meta({ description: 'Algorithms; auto: the strongest that the server offers' }),
  identity,
  mode: z.enum(['subscribe', 'poll']).default('subscribe').meta({
    description:
      'Whether the server reports changes, or is asked at each scan, for servers whose subscriptions are broken or scarce',
  }),
  profile: z
    .enum(profileNames)
    .default('auto')
    .meta({ description: 'Kind of server: what it takes in one request where it does not say so itself' }),
  connectTimeoutMs: z
    .int()
    .min(100)
    .max(120_000)
    .default(5_000)
    .meta({ description: 'How long a connection with its session may take', unit: 'ms' }),
  sessionTimeoutMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .meta({ description: 'How long the server keeps a session of which it hears nothing', unit: 'ms' }),
  keepAliveMs: z.int().min(50).max(60_000).default(1_000).meta({
    description:
      'A server that has not been heard for so long is asked for a sign of life; after three and a half times that it counts as lost',
    unit: 'ms',
  }),
  reconnect,
});

/** A device is a group of nodes; all of a driver's come in one session. */
export const opcUaDeviceOptions = z.strictObject({});

export type OpcUaOptions = z.output<typeof opcUaOptions>;
export type OpcUaDeviceOptions = z.output<typeof opcUaDeviceOptions>;
export type OpcUaIdentity = OpcUaOptions['identity'];
