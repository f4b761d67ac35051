import { parseDataType, scalarTypes } from '@fieldwarden/core';
import { z } from 'zod';
import { noDataType } from './data-type-words.js';
import { choice, dayMs, durationMs, flag, hourMs } from './fields.js';

export const tagDefaults = { scanMs: 1_000, access: 'read-only' } as const;

/** SPEC §8.1: 1 to 8 segments of 1 to 64 of these characters. */
export const tagPathPattern = /^[A-Za-z0-9_.-]{1,64}(?:\/[A-Za-z0-9_.-]{1,64}){0,7}$/;

const number = (says: string) => z.number().describe(says);

const linearByRange = z.strictObject({
  rawLow: number('Device value that corresponds to `low`. Required, any finite number.'),
  rawHigh: number('Device value that corresponds to `high`. Required, any finite number but `rawLow`.'),
  low: number('Value at `rawLow`, in engineering units. Required.'),
  high: number('Value at `rawHigh`, in engineering units. Required, any finite number but `low`.'),
  clamp: flag('Holds the scaled value between `low` and `high`.', false),
});

const linearByGain = z.strictObject({
  gain: number('value = raw × gain + offset. Default: 1. Any finite number but 0.').optional(),
  offset: number('Added after the gain, in engineering units. Default: 0.').optional(),
});

const deadband = z
  .union([
    z.strictObject({ absolute: z.number().min(0).describe('Smallest change worth telling, in engineering units.') }),
    z.strictObject({
      percent: z
        .number()
        .min(0)
        .max(100)
        .describe('Smallest change worth telling, in percent of the range (scaling, else both limits). 0 to 100.'),
    }),
  ])
  .describe('Changes smaller than this are not told to subscribers and history. Default: every change is told.');

const limits = z
  .strictObject({
    min: number('Smallest value a write may carry, in engineering units. Default: none.').optional(),
    max: number('Largest value a write may carry, in engineering units. Default: none.').optional(),
  })
  .describe('Bounds of writes, both ends included. A write outside is refused before anything is sent.');

const notAvailable = z
  .union(
    [
      z.number(),
      z.string(),
      z
        .array(z.union([z.number(), z.string()]))
        .min(1)
        .max(16),
    ],
    {
      error: 'notAvailable is a number, a text such as "NaN" or "----", or a list of 1 to 16 of these',
    },
  )
  .meta({
    description:
      'Value, or list of up to 16, with which the device says that it has none: the tag is then BadSensorFailure, an array of which some ' +
      'elements are none UncertainSubNormal. Compared with the value of the device, before any scaling; 64-bit integers beyond 2^53 ' +
      'and NaN as texts. Writing it is refused. Not for bool and bytes. Example: 32767, [-32768, 32767], 0xFFFF, NaN, "----". Default: none.',
    examples: [32767, [-32768, 32767], 'NaN', '----'],
  });

const history = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        deadband: z
          .number()
          .min(0)
          .optional()
          .describe(
            'A value this near to the one that was kept last is left out, in engineering units. Default: each change is kept.',
          ),
        maxIntervalMs: durationMs('A value is kept after this time at the latest, changed or not.', hourMs, {
          min: 1_000,
          max: dayMs,
        }),
        stepped: z
          .boolean()
          .optional()
          .describe(
            'A value holds until the next one, rather than being joined to it by a line. Default: true for bool and string, else false.',
          ),
      }),
    ],
    { error: 'history is true, false, or a group of deadband, maxIntervalMs and stepped' },
  )
  .meta({
    description:
      'What is kept of its past, where the plant keeps history and its include and exclude let the tag through; false: nothing. Default: every change.',
    examples: [false, { deadband: 0.5, maxIntervalMs: 60_000 }],
  });

export const tagSchema = z
  .strictObject({
    path: z
      .string()
      .regex(tagPathPattern, {
        error: 'a tag path is 1 to 8 segments of letters, digits, _ . - (at most 64 each), joined by /',
      })
      .meta({
        description:
          'Name of the tag, unique per site: 1 to 8 segments of letters, digits, `_`, `.`, `-` (1 to 64 each), joined by `/`. ' +
          'Case-sensitive; two names may not differ only by case. Example: packaging/filler/speed.',
        examples: ['packaging/filler/speed'],
      }),
    address: z.union([z.string().min(1), z.number()], { error: 'an address is a text or a number' }).meta({
      description: 'Where the device keeps the signal, in the notation of the driver type. Example: 400001, DB1.DBD0.',
      examples: ['400001', 'DB1.DBD0'],
    }),
    options: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Tag options of the driver type, where it has some (`mqtt`). Default: none.'),
    dataType: z
      .string()
      .refine((text) => parseDataType(text) !== undefined, {
        error: ({ input }) => noDataType(input),
      })
      .meta({
        description: `Type of the value at the device: ${scalarTypes.join(', ')}, or a fixed-length array: \`float32[10]\` (1 to 99999 elements).`,
        examples: [...scalarTypes, 'float32[10]'],
      }),
    scanMs: durationMs('Interval between two polls of this tag.', tagDefaults.scanMs, { min: 10, max: dayMs }),
    access: choice('Whether clients may write it.', ['read-only', 'read-write'], tagDefaults.access),
    scaling: z
      .union([linearByRange, linearByGain])
      .optional()
      .describe(
        'Linear scaling from the device value, by two points of the line or by gain and offset. Default: none.',
      ),
    notAvailable: notAvailable.optional(),
    unit: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .meta({
        description: 'Engineering unit, as people write it. Example: °C, l/min. Up to 32 characters. Default: none.',
        examples: ['°C', 'l/min'],
      }),
    deadband: deadband.optional(),
    description: z.string().max(1_000).optional().describe('For people. Up to 1000 characters. Default: none.'),
    limits: limits.optional(),
    writeIdempotent: flag(
      'Writing the same value twice does no harm, so that a failed write may be repeated. Writes to any other tag are never repeated.',
      false,
    ),
    writeNonFinite: flag(
      'Writes of NaN, Infinity and -Infinity (as these texts) are taken. Only for float32 and float64; otherwise they are refused.',
      false,
    ),
    verify: flag(
      'A write is read back, and counts as done only if the device then has the value, also when it did not confirm it.',
      false,
    ),
    publish: flag('MQTT outlets publish it, where their include and exclude let it through.', true),
    history: history.optional(),
  })
  .describe('One signal of a device.');

export type TagDocument = z.input<typeof tagSchema>;
