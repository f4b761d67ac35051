import { alarmSeverities, type AlarmPriority } from '@fieldwarden/gateway-contract';
import { z } from 'zod';

const id = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, { error: 'a channel id is 1 to 40 lower-case letters, digits or -' })
  .meta({
    description: 'Name of the channel, unique: 1 to 40 lower-case letters, digits, `-`. Example: shift.',
    examples: ['shift'],
  });

const timeoutMs = z
  .int()
  .min(100)
  .max(120_000)
  .default(10_000)
  .meta({
    description:
      'How long a message may take, from the connection to the answer, in ms. Range: 100 to 120000. Default: 10000.',
    examples: [5000],
  });

const address = z
  .string()
  .regex(/^[^\s<>,;"]{1,64}@[^\s<>,;"@]{1,255}$/, { error: 'an address is written like shift@plant.example' });

const credential = (what: string) =>
  z
    .string()
    .max(1_024)
    .optional()
    .meta({ description: `${what} May be a reference to a secret. Default: none.`, examples: ['${env:SHIFT_SECRET}'] });

const mail = z
  .strictObject({
    id,
    type: z.literal('mail').meta({ description: 'Mail by SMTP.' }),
    url: z
      .string()
      .min(1)
      .max(1_024)
      .meta({
        description:
          'Mail server: smtp://host:port (encrypted where the server offers STARTTLS) or smtps://host:port. Example: smtp://mail.plant:587.',
        examples: ['smtp://mail.plant:587'],
      }),
    username: credential('Name to sign in with.'),
    password: credential('Password to sign in with.'),
    requireTls: z
      .boolean()
      .default(false)
      .meta({
        description: 'Nothing is sent over a connection that is not encrypted. Default: false.',
        examples: [true],
      }),
    caFile: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .meta({
        description:
          'PEM file of the authority that signed the certificate of the server. Default: those that Node.js knows.',
        examples: ['/etc/ssl/plant-ca.pem'],
      }),
    from: address.meta({
      description: 'Address of the sender. Example: gateway@plant.example.',
      examples: ['gateway@plant.example'],
    }),
    to: z
      .array(address)
      .min(1)
      .max(100)
      .meta({
        description: 'Addresses of those who get it, unless a step names others. Example: shift@plant.example.',
        examples: [['shift@plant.example']],
      }),
    timeoutMs,
  })
  .meta({ description: 'Mail by SMTP.' });

const webhook = z
  .strictObject({
    id,
    type: z.literal('webhook').meta({ description: 'A POST of JSON.' }),
    url: z
      .string()
      .min(1)
      .max(4_096)
      .meta({
        description:
          'Where JSON is posted to: http:// or https://. Redirects are not followed. Example: https://chat.plant/hooks/alarms.',
        examples: ['https://chat.plant/hooks/alarms'],
      }),
    secret: credential('Key of the signature (HMAC-SHA256) in the header X-Fieldwarden-Signature.'),
    timeoutMs,
  })
  .meta({ description: 'A POST of JSON.' });

const mqtt = z
  .strictObject({
    id,
    type: z.literal('mqtt').meta({ description: 'A message to an MQTT broker.' }),
    url: z
      .string()
      .min(1)
      .max(1_024)
      .meta({
        description: 'The broker: mqtt, mqtts, ws or wss. Example: mqtt://broker.plant:1883.',
        examples: ['mqtt://broker.plant:1883'],
      }),
    username: credential('Name to sign in with.'),
    password: credential('Password to sign in with.'),
    caFile: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .meta({
        description:
          'PEM file of the authority that signed the certificate of the broker. Default: those that Node.js knows.',
        examples: ['/etc/ssl/plant-ca.pem'],
      }),
    topic: z
      .string()
      .min(1)
      .max(1_024)
      .meta({
        description: 'Topic of the messages, QoS 1, not retained. Example: plant/notifications.',
        examples: ['plant/notifications'],
      }),
    timeoutMs,
  })
  .meta({ description: 'A message to an MQTT broker.' });

const channel = z
  .union([mail, webhook, mqtt], {
    error: 'a channel is { type: mail | webhook | mqtt, … } with the fields of that type',
  })
  .meta({ description: 'A way to people.' });

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time of day is written like 22:00' });

const quietHours = z
  .strictObject({
    from: timeOfDay.meta({ description: 'Begin, time of day. Example: 22:00.', examples: ['22:00'] }),
    to: timeOfDay.meta({
      description: 'End, time of day; before the begin: on the next day. Example: 06:00.',
      examples: ['06:00'],
    }),
    timeZone: z
      .string()
      .min(1)
      .max(64)
      .default('UTC')
      .meta({ description: 'Time zone of both. Default: UTC. Example: Europe/Berlin.', examples: ['Europe/Berlin'] }),
  })
  .meta({ description: 'When nothing is sent: what is still open afterwards is sent then.' });

const priorities = Object.keys(alarmSeverities) as [AlarmPriority, ...AlarmPriority[]];

const step = z
  .strictObject({
    priority: z
      .array(z.enum(priorities))
      .min(1)
      .default(['critical', 'high'])
      .meta({
        description: 'Alarms that it is for: critical, high, medium, low, diagnostic. Default: critical and high.',
        examples: [['critical']],
      }),
    areas: z
      .array(z.string().min(1).max(1_024))
      .min(1)
      .optional()
      .meta({
        description:
          'Folders that it is for, each with what is below it. Default: all, also alarms of the gateway itself. Example: packaging.',
        examples: [['packaging']],
      }),
    channel: id.meta({ description: 'Id of the channel. Example: shift.', examples: ['shift'] }),
    to: z
      .array(address)
      .min(1)
      .max(100)
      .optional()
      .meta({
        description: 'Mail addresses in place of those of the channel. Default: those of the channel.',
        examples: [['chief@plant.example']],
      }),
    afterMs: z
      .int()
      .min(0)
      .max(604_800_000)
      .default(0)
      .meta({
        description:
          'How long the alarm has to be open, active and not acknowledged, in ms. Range: 0 to 604800000. Default: 0.',
        examples: [900_000],
      }),
    repeatMs: z
      .int()
      .min(60_000)
      .max(604_800_000)
      .optional()
      .meta({
        description: 'Again after this time while it is still open, in ms. Range: 60000 to 604800000. Default: never.',
        examples: [3_600_000],
      }),
    quietHours: quietHours.optional(),
  })
  .meta({ description: 'Who is told when.' });

export const notificationSettings = z.strictObject({
  channels: z.array(channel).max(100).default([]).meta({ description: 'Ways to people. Default: none.' }),
  steps: z
    .array(step)
    .max(1_000)
    .default([])
    .meta({ description: 'Who is told when; ended by acknowledgement and by the end of the alarm. Default: none.' }),
  consolidationMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(30_000)
    .meta({
      description:
        'After a message, those for the same receivers are gathered for so long and sent as one, in ms. Range: 0 to 3600000. Default: 30000.',
      examples: [60_000],
    }),
});

export type NotificationSettings = z.output<typeof notificationSettings>;
export type ChannelSettings = NotificationSettings['channels'][number];
export type MailSettings = Extract<ChannelSettings, { type: 'mail' }>;
export type WebhookSettings = Extract<ChannelSettings, { type: 'webhook' }>;
export type MqttSettings = Extract<ChannelSettings, { type: 'mqtt' }>;
export type NotificationStep = NotificationSettings['steps'][number];
export type QuietHours = z.output<typeof quietHours>;
