import { gatewayPrincipal, type Principal } from '@fieldwarden/gateway-contract';
import { alpnName, brokerSchemes } from '@fieldwarden/mqtt-link';
import { z } from 'zod';

const dayMs = 86_400_000;

const globs = (says: string, defaults: readonly string[]) =>
  z
    .array(z.string().min(1).max(512))
    .max(1000)
    .default([...defaults])
    .meta({
      description: `${says} \`*\` stands for a segment or a part of one, \`**\` for any number of segments. Default: ${defaults.map((glob) => `\`${glob}\``).join(', ') || 'none'}.`,
      examples: [['packaging/**']],
    });

const file = (says: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: `${says} Default: none.`, examples: ['/etc/fieldwarden/mqtt.pem'] });

const tls = z
  .strictObject({
    caFile: file(
      "File in PEM with the authority that signed the broker's certificate; without it, those that the system trusts count.",
    ),
    certFile: file('File in PEM with the certificate of this gateway, for brokers that ask for one.'),
    keyFile: file('File in PEM with its private key, without a passphrase.'),
    alpn: z
      .string()
      .regex(alpnName.pattern, { error: alpnName.fault })
      .nullable()
      .default(null)
      .meta({
        description:
          'Protocol that is asked for by ALPN over mqtts, where one port has several; the broker must choose it. Default: mqtt at port 443, else none.',
        examples: ['x-amzn-mqtt-ca'],
      }),
  })
  .prefault({})
  .meta({
    description: 'Certificates, for mqtts and wss. Default: none of its own.',
    examples: [{ caFile: '/etc/ssl/plant-ca.pem' }],
  });

const publish = z
  .strictObject({
    include: globs('Tags that are published.', ['**']),
    exclude: globs('Tags that are not, although `include` has them.', ['_system/**']),
    qos: z
      .union([z.literal(0), z.literal(1), z.literal(2)], { error: 'QoS is 0, 1 or 2' })
      .default(1)
      .meta({
        description:
          'Quality of service of values: 0 goes out and is forgotten, 1 arrives at least once, 2 exactly once for each connection. One of 0, 1, 2. Default: 1.',
        examples: [1],
      }),
    retain: z
      .boolean()
      .default(true)
      .meta({
        description: 'Whether the broker keeps the last value of each tag for those who come later. Default: true.',
        examples: [true],
      }),
    minIntervalMs: z
      .int()
      .min(0)
      .max(dayMs)
      .default(0)
      .meta({
        description:
          'Shortest time between two values of a tag; of those in between, the last is published when it has passed. Range: 0 to 86400000. Default: 0.',
        unit: 'ms',
        examples: [1000],
      }),
    heartbeatMs: z
      .int()
      .min(1000)
      .max(dayMs)
      .nullable()
      .default(null)
      .meta({
        description:
          'A value that has not changed for so long is published again. Range: 1000 to 86400000. Default: never.',
        unit: 'ms',
        examples: [60_000],
      }),
    batch: z
      .enum(['none', 'device'])
      .default('none')
      .meta({
        description:
          'One message for each value, or one for what changed of a device at the same time, under batch/<driver>/<device>. One of none, device. Default: none.',
        examples: ['device'],
      }),
  })
  .prefault({})
  .meta({
    description: 'Which values are published, and how. Default: all but those of the gateway itself.',
    examples: [{ qos: 0 }],
  });

const limit = (says: string, unit: string, min: number, max: number, defaultsTo: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .default(defaultsTo)
    .meta({ description: `${says} Range: ${min} to ${max}. Default: ${defaultsTo}.`, unit, examples: [defaultsTo] });

const outbox = z
  .strictObject({
    maxMessages: limit(
      'Messages that are kept while the broker is away; beyond it the oldest are dropped, and counted.',
      'messages',
      1,
      100_000_000,
      1_000_000,
    ),
    maxBytes: limit('Bytes of topics and payloads that are kept.', 'B', 1024, 1_099_511_627_776, 536_870_912),
    maxAgeMs: limit('Age from which a message is dropped.', 'ms', 1000, 31_536_000_000, 604_800_000),
    warnAt: limit('Waiting messages from which on there is an alarm.', 'messages', 1, 100_000_000, 1000),
  })
  .prefault({})
  .meta({
    description: 'What is kept on disk until the broker acknowledges it. Default: a million messages, 512 MiB, a week.',
    examples: [{ maxMessages: 100_000 }],
  });

const sparkplug = z
  .strictObject({
    group: z
      .string()
      .regex(/^[^/+#\0]{1,64}$/, { error: 'a group is 1 to 64 characters without / + #' })
      .nullable()
      .default(null)
      .meta({ description: 'Group id of the edge node. Default: the site.', examples: ['lab'] }),
    node: z
      .string()
      .regex(/^[^/+#\0]{1,64}$/, { error: 'a node is 1 to 64 characters without / + #' })
      .default('gateway')
      .meta({
        description: 'Id of the edge node; part of the client id, too. Default: gateway.',
        examples: ['gateway'],
      }),
    primaryHost: z
      .string()
      .regex(/^[^/+#\0]{1,64}$/, { error: 'a host id is 1 to 64 characters without / + #' })
      .nullable()
      .default(null)
      .meta({
        description:
          'Id of the host application that the node waits for: while its STATE is not online, what changes is kept. Default: none.',
        examples: ['scada'],
      }),
    aliases: z
      .boolean()
      .default(true)
      .meta({ description: 'Data names metrics by numbers, which births define. Default: true.', examples: [true] }),
  })
  .prefault({})
  .meta({ description: 'Names of the Sparkplug edge node. Default: those of the site.', examples: [{ group: 'lab' }] });

const commandRights = z
  .strictObject({
    role: z
      .enum(['viewer', 'operator', 'engineer'])
      .default('operator')
      .meta({
        description:
          'Role in which commands are written; a viewer writes nothing, each command is answered so. One of viewer, operator, engineer. Default: operator.',
        examples: ['operator'],
      }),
    areas: globs('Tags that commands may write.', ['**']),
  })
  .meta({ description: 'What commands may write.' });

/** As written in the plant document under `mqtt`, with defaults filled (SPEC §10.2). */
export const mqttOutletSettings = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2048)
    .meta({
      description: `Broker: ${brokerSchemes.join(', ')}://host:port, for ws and wss with a path. Without credentials. Example: mqtt://127.0.0.1:1883.`,
      examples: ['mqtt://127.0.0.1:1883', 'mqtts://broker.plant'],
    }),
  version: z
    .literal(['auto', '5', '3.1.1', 5])
    .default('auto')
    .transform((version) => (version === 5 ? '5' : version)) // YAML reads an unquoted 5 as a number
    .meta({
      description:
        'Version of MQTT; auto is 5, and 3.1.1 where the broker refuses 5. One of auto, 5, 3.1.1. Default: auto.',
      examples: ['3.1.1'],
    }),
  clientId: z
    .string()
    .min(1)
    .max(256)
    .nullable()
    .default(null)
    .meta({
      description: 'Id of this client at the broker; no other client may have it. Default: <site>-<node>-outlet.',
      examples: ['lab-gateway-outlet'],
    }),
  username: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .meta({
      description: 'User of the broker; also the user in whose name commands are written. Default: none.',
      examples: ['gateway'],
    }),
  password: z
    .string()
    .max(4096)
    .optional()
    .meta({ description: 'Password, as a reference to a secret. Default: none.', examples: ['${env:MQTT_PASSWORD}'] }),
  tls,
  root: z
    .string()
    .min(1)
    .max(256)
    .default('fieldwarden')
    .meta({
      description: 'First level or levels of all JSON topics, before the site. Default: fieldwarden.',
      examples: ['plants/north'],
    }),
  format: z
    .enum(['json', 'sparkplug', 'both'])
    .default('json')
    .meta({
      description:
        'What is published: JSON topics, a Sparkplug B edge node, or both on a connection each. One of json, sparkplug, both. Default: json.',
      examples: ['both'],
    }),
  publish,
  commands: z
    .union([z.boolean(), commandRights])
    .default(false)
    .meta({
      description:
        'Whether messages under <root>/<site>/set/<path>, and NCMD and DCMD of Sparkplug, are writes. Everybody whom the broker lets publish there may then write: with true every tag, else what the role may in its areas: { role: operator, areas: [packaging/**] }. Default: false.',
      examples: [true],
    }),
  window: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .meta({
      description: 'Messages under way at a time, inside what the broker takes. Range: 1 to 1000. Default: 100.',
      unit: 'messages',
      examples: [100],
    }),
  outbox,
  sparkplug,
});

export type MqttOutletSettings = z.output<typeof mqttOutletSettings>;
export type PublishSettings = MqttOutletSettings['publish'];

/** INTERFACES §13: `<site>-<node>-outlet`. */
export function clientIdOf({ clientId, sparkplug: { node } }: MqttOutletSettings, site: string): string {
  return clientId ?? `${site}-${node}-outlet`;
}

/** In whose name commands are written: whom the broker lets publish them, nobody here knows. */
export function commandPrincipal(name: string, { commands }: Pick<MqttOutletSettings, 'commands'>): Principal {
  if (typeof commands === 'boolean') return gatewayPrincipal(name, commands ? 'operator' : 'viewer');
  return gatewayPrincipal(name, commands.role, commands.areas);
}
