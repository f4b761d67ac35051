import { alarmSeverities, type AlarmPriority } from '@fieldwarden/gateway-contract';
import { z } from 'zod';

const tagPath = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(1024)
    .meta({ description: `${description} Example: ${example}.`, examples: [example] });

const setpointTag = z
  .strictObject({ tag: tagPath('Path of the tag whose present value counts.', 'packaging/filler/limit') })
  .meta({ description: 'The present value of a tag.' });

/** A number, or a tag that holds it. In the unit of the tag that is judged. */
const setpoint = (description: string, example: number) =>
  z.union([z.number(), setpointTag], { error: 'a number, or { tag: PATH }' }).meta({
    description: `${description} A number, or the path of a tag: \`{ tag: packaging/filler/limit }\`. In the unit of the tag. Example: ${example}.`,
    examples: [example],
  });

const deadband = z
  .number()
  .min(0)
  .default(0)
  .meta({
    description:
      'How far the value has to come back before the limit counts as left, in the unit of the tag. Range: 0 or more. Default: 0.',
    examples: [1],
  });

const kind = <Kind extends string>(type: Kind, description: string) => z.literal(type).meta({ description });

const limit = z
  .strictObject({
    type: kind('limit', 'The value reaches a limit.'),
    lowLow: setpoint('Active at this value and below; needs action at once. Default: none.', 5).optional(),
    low: setpoint('Active at this value and below. Default: none.', 10).optional(),
    high: setpoint('Active at this value and above. Default: none.', 80).optional(),
    highHigh: setpoint('Active at this value and above; needs action at once. Default: none.', 90).optional(),
    deadband,
  })
  .meta({ description: 'Active while the value is at a limit or beyond it.' });

const deviation = z
  .strictObject({
    type: kind('deviation', 'The value leaves a band around a setpoint.'),
    setpoint: setpoint('Middle of the band.', 60),
    band: setpoint('How far the value may be from the setpoint, on either side. 0 or more.', 5),
    deadband,
  })
  .meta({ description: 'Active while the value is further from the setpoint than the band.' });

const rate = z
  .strictObject({
    type: kind('rate', 'The value changes too fast.'),
    perS: z
      .number()
      .positive()
      .meta({
        description: 'Change per second, in either direction, in the unit of the tag. Range: more than 0. Example: 2.',
        examples: [2],
      }),
    windowMs: z
      .int()
      .min(10)
      .max(86_400_000)
      .default(10_000)
      .meta({
        description: 'Time over which the change is measured, in ms. Range: 10 to 86400000. Default: 10000.',
        examples: [5000],
      }),
  })
  .meta({ description: 'Active while the value changes by `perS` and more, on the average of the window.' });

const discrete = z
  .strictObject({
    type: kind('discrete', 'The value is one of a list.'),
    values: z
      .array(z.union([z.number(), z.string().max(1024), z.boolean()]))
      .min(1)
      .max(1_000)
      .meta({
        description:
          'Values for which it is active: numbers, texts, true or false, as the tag has them; a 64-bit integer beyond 2^53 as text. Example: 3.',
        examples: [[3, 4]],
      }),
  })
  .meta({ description: 'Active while the value is one of these.' });

const bit = z
  .strictObject({
    type: kind('bit', 'One bit of the value.'),
    bit: z
      .int()
      .min(0)
      .max(63)
      .meta({
        description: 'Number of the bit, the least significant is 0. Range: 0 to 63. Example: 3.',
        examples: [3],
      }),
    on: z
      .boolean()
      .default(true)
      .meta({
        description: 'Active while the bit is set (true) or not set (false). Default: true.',
        examples: [false],
      }),
  })
  .meta({ description: 'Active while one bit of an integer is set, or is not.' });

const expression = z
  .strictObject({
    type: kind('expression', 'An expression is true.'),
    when: z
      .string()
      .min(1)
      .max(4096)
      .meta({
        description:
          'Active while this expression is true. `{./speed}` is a tag beside the one of `path`. Example: {packaging/filler/running} && {packaging/filler/speed} < 5.',
        examples: ['{packaging/filler/running} && {packaging/filler/speed} < 5'],
      }),
  })
  .meta({ description: 'Active while an expression over any tags is true.' });

const badQuality = z
  .strictObject({ type: kind('badQuality', 'The tag itself is Bad while its device answers.') })
  .meta({
    description:
      'Active while the tag is Bad although its device answers. The loss of a device is one alarm of its own, not one for each tag.',
  });

const condition = z
  .union([limit, deviation, rate, discrete, bit, expression, badQuality], {
    error:
      'a condition is { type: limit | deviation | rate | discrete | bit | expression | badQuality, … } with the fields of that type',
  })
  .meta({ description: 'What is judged.' });

const alarmClass = z
  .strictObject({
    ack: z
      .enum(['none', 'single', 'confirm'])
      .default('single')
      .meta({
        description:
          'What people have to do: nothing, acknowledge it, or acknowledge it and confirm that it is remedied. One of none, single, confirm. Default: single.',
        examples: ['confirm'],
      }),
    noteRequired: z
      .boolean()
      .default(false)
      .meta({ description: 'Who acknowledges has to write a note. Default: false.', examples: [true] }),
    latching: z
      .boolean()
      .default(false)
      .meta({
        description: 'It stays active after its cause until somebody resets it. Default: false.',
        examples: [true],
      }),
    audible: z
      .boolean()
      .default(true)
      .meta({ description: 'Stations may sound a horn for it. Default: true.', examples: [false] }),
  })
  .prefault({})
  .meta({ description: 'How people treat it.' });

const delay = (description: string, more: string) =>
  z
    .int()
    .min(0)
    .max(86_400_000)
    .meta({ description: `${description}, in ms; 0: at once. Range: 0 to 86400000. ${more}`, examples: [5000] });

const priorities = Object.keys(alarmSeverities) as [AlarmPriority, ...AlarmPriority[]];

const row = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'an alarm id is 1 to 64 letters, digits, dots, - or _' })
      .meta({
        description: 'Name of the alarm, unique: 1 to 64 letters, digits, `.`, `-` or `_`. Example: filler-hot.',
        examples: ['filler-hot'],
      }),
    path: tagPath(
      'Path of the tag that it is about. Only an expression may do without.',
      'packaging/filler/temperature',
    ).optional(),
    condition,
    enabled: z
      .boolean()
      .default(true)
      .meta({ description: 'It is judged. Default: true.', examples: [false] }),
    onDelayMs: delay(
      'How long the condition has to hold before it counts',
      'Default: 0, of badQuality 10000.',
    ).optional(),
    offDelayMs: delay('How long the condition has to be over before that counts', 'Default: 0.').default(0),
    priority: z
      .enum(priorities)
      .default('medium')
      .meta({
        description:
          'How urgent it is: critical (severity 900), high (700), medium (500), low (300) or diagnostic (100). Default: medium.',
        examples: ['high'],
      }),
    message: z
      .string()
      .min(1)
      .max(1_000)
      .meta({ description: 'What is the case, for people. Example: Filler is hot.', examples: ['Filler is hot'] }),
    response: z
      .string()
      .min(1)
      .max(4_000)
      .optional()
      .meta({
        description: 'What to do about it. Default: nothing is said. Example: Check the cooling water.',
        examples: ['Check the cooling water'],
      }),
    class: alarmClass,
    area: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .meta({
        description:
          'Folder to which it belongs, for lists and rights. Default: the folder of the path. Example: packaging/filler.',
        examples: ['packaging/filler'],
      }),
    group: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({
        description:
          'Alarms with the same name here have one cause at a time: the first one that becomes active is marked. Default: none. Example: filler-stop.',
        examples: ['filler-stop'],
      }),
    suppressWhen: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .meta({
        description:
          'While this expression is true the alarm goes on being judged and bothers nobody. Default: never. Example: not {packaging/filler/running}.',
        examples: ['not {packaging/filler/running}'],
      }),
  })
  .meta({ description: 'One alarm.' });

export const alarmSettings = z.strictObject({
  conditions: z.array(row).max(100_000).default([]).meta({ description: 'Alarms of the plant. Default: none.' }),
});

export type AlarmSettings = z.output<typeof alarmSettings>;
export type AlarmRow = z.output<typeof row>;
export type ConditionSettings = AlarmRow['condition'];
export type Setpoint = z.output<typeof setpointTag> | number;

/** Of a tag that is only noise on the line for a moment nobody wants to hear. */
const badQualityOnDelayMs = 10_000;

export function onDelayOf({ onDelayMs, condition }: Pick<AlarmRow, 'onDelayMs' | 'condition'>): number {
  return onDelayMs ?? (condition.type === 'badQuality' ? badQualityOnDelayMs : 0);
}

/** `packaging/filler` of `packaging/filler/speed`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function areaOf({ area, path }: Pick<AlarmRow, 'area' | 'path'>): string {
  return area ?? folderOf(path ?? '');
}
