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
