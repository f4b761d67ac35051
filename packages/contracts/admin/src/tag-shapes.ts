import { z } from 'zod';
import {
  anything,
  confirmedBy,
  count,
  numberOrNull,
  ordinal,
  statusCode,
  tagged,
  text,
  textOrNull,
  time,
  timeOrNull,
  writeOutcome,
  type Shape,
} from './parts.js';

const valueFields = {
  path: text,
  value: anything.describe(
    'Number, true or false, text, array; 64-bit integers beyond 2^53 and bytes (base64) as text.',
  ),
  status: text.describe('Symbolic OPC UA status: Good, BadTimeout.'),
  statusCode,
  sourceAt: timeOrNull,
  serverAt: timeOrNull,
};

export const tagValueShape = z.object(valueFields);
export type TagValueShape = Shape<typeof tagValueShape>;

const rowFields = {
  ...valueFields,
  driverId: textOrNull,
  device: textOrNull,
  dataType: text,
  access: z.enum(['read-only', 'read-write']),
  unit: textOrNull,
  description: textOrNull,
};

export const tagRow = z.object(rowFields);
export type TagRow = Shape<typeof tagRow>;

/** `GET /tags`. */
export const tagPage = tagged('tags', {
  tags: z.array(tagRow),
  total: count,
  nextCursor: textOrNull.describe('Pass as `cursor` for the next page; null at the end.'),
});
export type TagPage = Shape<typeof tagPage>;

const detailFields = {
  ...rowFields,
  address: textOrNull.describe('As in the plant document; null for tags of the gateway itself.'),
  scanMs: numberOrNull.describe('Null for tags of the gateway itself.'),
  limits: z
    .object({ min: numberOrNull, max: numberOrNull })
    .nullable()
    .describe('What may be written; null without limits.'),
  notAvailable: z
    .array(z.union([z.number(), text]))
    .nullable()
    .describe('Values of the device, before scaling, with which it says that it has none; null: there are none.'),
  nodeId: text.describe('In the OPC UA server of the gateway.'),
  reason: textOrNull.describe('Why it is Bad, for people; null when it is not.'),
  hint: textOrNull.describe('What its driver recommends to try; null when it knows nothing better.'),
};

/** Everything about one tag. */
export const tagDetail = z.object(detailFields);
export type TagDetail = Shape<typeof tagDetail>;

/** `GET /tags/value`. */
export const tagValueAnswer = tagged('tag-value', detailFields);
export type TagValueAnswer = Shape<typeof tagValueAnswer>;

/** `GET /tags/folders`: how many Bad tags lie under each folder; those without are left out. */
export const tagFolders = tagged('tag-folders', {
  folders: z.array(z.object({ folder: text.describe('With a slash at its end.'), bad: ordinal })),
});
export type TagFolders = Shape<typeof tagFolders>;

/** One value of `GET /tags/watch`. */
export const watchedValue = tagged('tag-value', valueFields);
export type WatchedValue = Shape<typeof watchedValue>;

/** `PUT /tags/value`. */
export const tagWriteAnswer = tagged('write', {
  path: text,
  outcome: writeOutcome,
  status: text,
  confirmedBy,
  message: text.optional(),
});
export type TagWriteAnswer = Shape<typeof tagWriteAnswer>;

/** What became of the write of one tag. */
export type TagWriteOutcome = Omit<TagWriteAnswer, 'schema'>;

const historyPoint = z.object({ sourceAt: time, value: anything, status: text, statusCode });
export type HistoryPoint = Shape<typeof historyPoint>;

/**
 * `GET /tags/history`: what is kept of one tag, oldest first. Until a historian is configured this is the gateway's memory of the last
 * minutes. With `source=device` it is what the device itself remembers, page by page.
 */
export const tagHistory = tagged('tag-history', {
  path: text,
  source: z.enum(['memory', 'store', 'device']),
  keptFrom: timeOrNull.describe('How far back it reaches; null when the device does not say.'),
  points: z.array(historyPoint),
  nextCursor: textOrNull
    .optional()
    .describe('Only of a device: pass as `cursor` for the next page; null on the last one.'),
});
export type TagHistory = Shape<typeof tagHistory>;
