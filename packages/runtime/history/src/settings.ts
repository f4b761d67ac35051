import { z } from 'zod';

const globs = (says: string, defaults: readonly string[]) =>
  z
    .array(z.string().min(1).max(512))
    .max(1000)
    .default([...defaults])
    .meta({
      description: `${says} \`*\` stands for a segment or a part of one, \`**\` for any number of segments. Default: ${defaults.map((glob) => `\`${glob}\``).join(', ')}.`,
      examples: [['packaging/**']],
    });

/** As written in the plant document under `history`, with defaults filled (SPEC §8.4). */
export const historySettings = z.strictObject({
  store: z
    .enum(['embedded', 'none'])
    .default('embedded')
    .meta({
      description:
        'Where values are kept: embedded, in files of the home directory; none, nowhere, and what was kept before is not read. One of embedded, none. Default: embedded.',
      examples: ['embedded'],
    }),
  url: z
    .string()
    .min(1)
    .max(2_048)
    .nullable()
    .default(null)
    .meta({
      description:
        'A PostgreSQL database to which values are written in addition, as a reference to a secret. The variable FIELDWARDEN_HISTORY_URL goes before it. Default: null.',
      examples: ['${env:HISTORY_URL}'],
    }),
  layout: z
    .enum(['rows', 'blocks'])
    .default('rows')
    .meta({
      description:
        'How values stand in the database. One of rows, blocks; blocks are written as rows at present. Default: rows.',
      examples: ['rows'],
    }),
  outbox: z
    .strictObject({
      maxMessages: z
        .int()
        .min(1)
        .max(100_000_000)
        .default(1_000_000)
        .meta({
          description: 'Batches, of a quarter of a second each. Range: 1 to 100000000. Default: 1000000.',
          examples: [1_000_000],
        }),
      maxBytes: z
        .int()
        .min(1_048_576)
        .max(1_099_511_627_776)
        .default(536_870_912)
        .meta({
          description: 'Bytes of all that waits. Range: 1048576 to 1099511627776. Default: 536870912.',
          unit: 'B',
          examples: [536_870_912],
        }),
      maxAgeMs: z
        .int()
        .min(1_000)
        .max(31_536_000_000)
        .default(604_800_000)
        .meta({
          description: 'How long it waits. Range: 1000 to 31536000000. Default: 604800000.',
          unit: 'ms',
          examples: [604_800_000],
        }),
    })
    .prefault({})
    .meta({
      description:
        'Values that wait for the database, on disk; beyond a limit the oldest are given up. Default: the defaults of its fields.',
      examples: [{ maxBytes: 2_147_483_648 }],
    }),
  include: globs('Tags whose past is kept.', ['**']),
  exclude: globs('Tags whose past is not kept, although `include` has them.', ['_system/**']),
  retentionDays: z
    .int()
    .min(1)
    .max(36_500)
    .default(30)
    .meta({
      description: 'How long values are kept. Range: 1 to 36500. Default: 30.',
      unit: 'days',
      examples: [90],
    }),
  maxBytes: z
    .int()
    .min(1_048_576)
    .max(1_099_511_627_776)
    .default(10_737_418_240)
    .meta({
      description:
        'Size of all files; beyond it the oldest values are removed, within a minute. Range: 1048576 to 1099511627776. Default: 10737418240.',
      unit: 'B',
      examples: [10_737_418_240],
    }),
});

export type HistorySettings = z.output<typeof historySettings>;
