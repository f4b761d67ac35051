import { isGatewayError } from '@fieldwarden/core';
import { filterFault, topicFault } from '@fieldwarden/mqtt-link';
import { z } from 'zod';
import { parseJsonPath } from './address/json-path.js';
import { qualityWords } from './payload/payload-quality.js';
import { timeFormats } from './payload/payload-time.js';
import { templateFault } from './writing/write-template.js';

const jsonPath = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => {
      try {
        parseJsonPath(text);
      } catch (error) {
        if (!isGatewayError(error)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
      }
    })
    .meta({ description, examples: [example] });

const faultless = (fault: (text: string) => string | undefined, what: string) =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const why = fault(text);
      if (why !== undefined)
        context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no ${what}: ${why}` });
    });

const write = z
  .strictObject({
    topic: faultless(topicFault, 'topic')
      .optional()
      .meta({ description: 'Topic of writes; of a Sparkplug metric it is known', examples: ['plant/filler/set'] }),
    template: faultless(templateFault, 'template')
      .default('{value}')
      .meta({
        description:
          'Payload of a write: {value} is the value in JSON, {text} as a bare text, {onOff} ON or OFF, {id} an id of this write, {timeMs} and {iso} its time',
        examples: ['{"v":{value}}'],
      }),
    qos: z
      .union([z.literal(0), z.literal(1), z.literal(2)], { error: 'QoS is 0, 1 or 2' })
      .default(1)
      .meta({ description: 'Quality of service of writes' }),
    retain: z
      .boolean()
      .default(false)
      .meta({ description: 'The broker keeps the write for devices that come later: they carry it out then' }),
    ackTopic: faultless(filterFault, 'topic filter')
      .optional()
      .meta({
        description:
          'Where the device answers; a write without it is never more than taken by the broker, and its outcome unknown',
        examples: ['plant/filler/set-result'],
      }),
  })
  .meta({ description: 'How the tag is written' });

/** Of each tag of a device, beside its address. */
export const mqttTagOptions = z.strictObject({
  payload: z
    .enum(['json', 'text', 'raw'])
    .optional()
    .meta({ description: 'What messages hold; without it as the address says, else json', examples: ['text'] }),
  jsonPath: jsonPath(
    'Where the value stands in JSON: $.a.b[3], $.devices[?id=7].value, or a JSON pointer; default: the whole payload',
    '$.temperature',
  ).optional(),
  metric: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'Name of a Sparkplug metric', examples: ['Outputs/Motor speed'] }),
  timePath: jsonPath(
    'Where the time of the value stands in JSON; without it, messages count from their arrival',
    '$.ts',
  ).optional(),
  timeFormat: z
    .enum(timeFormats)
    .optional()
    .meta({
      description: 'Of times in the payload; without it texts are ISO-8601 and numbers milliseconds',
      examples: ['s'],
    }),
  qualityPath: jsonPath('Where the quality of the value stands in JSON', '$.q').optional(),
  qualityMap: z
    .record(z.string(), z.enum(qualityWords))
    .optional()
    .meta({
      description:
        'What words and numbers at qualityPath mean; without it OPC UA status codes, good, uncertain, bad, true and false are understood',
      examples: [JSON.stringify({ '192': 'good', '0': 'bad' })],
    }),
  missing: z
    .enum(['bad', 'keep'])
    .default('bad')
    .meta({ description: 'When a message in good JSON has nothing at jsonPath: BadNoData, or the value stays' }),
  decimalComma: z.boolean().default(false).meta({ description: 'Numbers in texts are written as 12,5' }),
  retained: z.enum(['use', 'ignore']).optional().meta({
    description:
      'What the broker kept from earlier is taken as uncertain, or not at all; without it as the driver says',
  }),
  silentAfterMs: z
    .int()
    .min(100)
    .max(31_536_000_000)
    .nullable()
    .optional()
    .meta({
      description:
        'Without a message for so long the value is uncertain, for three times as long Bad; null: never; without it as the driver says',
      unit: 'ms',
      examples: [60_000],
    }),
  write: write.optional(),
});

export type MqttTagOptions = z.output<typeof mqttTagOptions>;
export type MqttWriteOptions = z.output<typeof write>;
