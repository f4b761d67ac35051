import { isGatewayError, parseDataType } from '@fieldwarden/core';
import { alpnName, brokerSchemes, filterFault } from '@fieldwarden/mqtt-link';
import { z } from 'zod';
import { parseMqttAddress } from './address/address.js';

const file = (description: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description, examples: ['/etc/fieldwarden/mqtt.pem'] });

const tls = z
  .strictObject({
    caFile: file(
      "File in PEM with the authority that signed the broker's certificate; null: those that the system trusts",
    ),
    certFile: file('File in PEM with the certificate of this driver, for brokers that ask for one'),
    keyFile: file('File in PEM with its private key, without a passphrase'),
    alpn: z
      .string()
      .regex(alpnName.pattern, { error: alpnName.fault })
      .nullable()
      .default(null)
      .meta({
        description:
          'Protocol that is asked for by ALPN over mqtts, where one port has several; the broker must choose it; null: mqtt at port 443, else none',
        examples: ['x-amzn-mqtt-ca'],
      }),
  })
  .prefault({})
  .meta({ description: 'Certificates, for mqtts and wss' });

const session = z
  .strictObject({
    persistent: z.boolean().default(true).meta({
      description:
        'The broker keeps what is published with QoS 1 and 2 while the driver is away, and brings it when it is back',
    }),
    expiryMs: z
      .int()
      .min(1_000)
      .max(31_536_000_000)
      .default(3_600_000)
      .meta({ description: 'How long the broker keeps it (MQTT 5)', unit: 'ms' }),
  })
  .prefault({})
  .meta({ description: 'Session at the broker' });

const filter = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const fault = filterFault(text);
    if (fault !== undefined)
      context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no topic filter: ${fault}` });
  });

export const mqttOptions = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2_048)
    .meta({
      description: `Broker: ${brokerSchemes.join(', ')}://host:port, for ws and wss with a path; without credentials`,
      examples: ['mqtt://127.0.0.1:1883', 'mqtts://broker.plant'],
    }),
  version: z
    .literal(['auto', '5', '3.1.1', 5])
    .default('auto')
    .transform((version) => (version === 5 ? '5' : version)) // YAML reads an unquoted 5 as a number
    .meta({ description: 'Version of MQTT; auto is 5, and 3.1.1 where the broker refuses 5' }),
  clientId: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({
      description:
        'Id of this client at the broker, which no other client may have; default: one of its own that it keeps',
      examples: ['lab-sensors'],
    }),
  username: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .meta({ description: 'User of the broker', examples: ['gateway'] }),
  password: z
    .string()
    .max(4_096)
    .optional()
    .meta({ description: 'Password, as a reference to a secret', examples: ['${env:MQTT_PASSWORD}'] }),
  tls,
  session,
  qos: z
    .union([z.literal(0), z.literal(1), z.literal(2)], { error: 'QoS is 0, 1 or 2' })
    .default(1)
    .meta({ description: 'Highest quality of service in which messages come' }),
  retained: z.enum(['use', 'ignore']).default('use').meta({
    description:
      'What the broker kept from earlier is taken as uncertain, unless it carries its own time, or not at all',
  }),
  silentAfterMs: z
    .int()
    .min(100)
    .max(31_536_000_000)
    .nullable()
    .default(null)
    .meta({
      description:
        'A tag without a message for so long is uncertain, for three times as long Bad; null: never. A tag may say it for itself; without that, it is not for metrics of Sparkplug, whose nodes tell their death',
      unit: 'ms',
      examples: [60_000],
    }),
  browse: z
    .array(filter)
    .max(100)
    .default(['#'])
    .meta({
      description: 'What is subscribed for a minute, with QoS 0, when somebody browses for topics',
      examples: [['plant/#']],
    }),
});

const template = z
  .strictObject({
    path: z
      .string()
      .regex(/^[A-Za-z0-9_.{}/-]{1,519}$/, { error: 'a path is of letters, digits, _ . - and {1} {2} …, joined by /' })
      .meta({
        description:
          'Path of the tag that is offered; {1} stands for what the first wildcard level is, {2} for the second',
        examples: ['plant/{1}/temperature'],
      }),
    address: z
      .string()
      .min(1)
      .meta({
        description: 'Address with wildcard levels, as a tag would write it',
        examples: ['plant/+/state $.temperature'],
      }),
    dataType: z
      .string()
      .refine((text) => parseDataType(text) !== undefined, { error: 'is no data type' })
      .default('float64')
      .meta({ description: 'Data type of the tag' }),
  })
  .superRefine(({ address, dataType }, context) => {
    try {
      parseMqttAddress(address, parseDataType(dataType) ?? { scalar: 'float64' });
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      context.addIssue({ code: 'custom', path: ['address'], message: error.message });
    }
  });

/** A device is a group of topics; all of a driver's come over one connection. */
export const mqttDeviceOptions = z.strictObject({
  templates: z
    .array(template)
    .max(100)
    .default([])
    .meta({ description: 'Tags that browsing offers for topics that it sees' }),
});

export type MqttOptions = z.output<typeof mqttOptions>;
export type MqttDeviceOptions = z.output<typeof mqttDeviceOptions>;
