import { z } from 'zod';
import {
  anything,
  boolean,
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
  serviceId: textOrNull.describe('The service that brings it: calculated-tags, internal-tags; else null.'),
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
  address: textOrNull.describe(
    'As in the plant document; the expression of a calculated tag; null for tags of the gateway itself.',
  ),
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

const historyPoint = z.object({
  at: time.optional().describe('Where history is kept: the time of the row, the same as `sourceAt`.'),
  sourceAt: time,
  value: anything,
  status: text,
  statusCode,
});
export type HistoryPoint = Shape<typeof historyPoint>;

/**
 * `GET /tags/history`: what is kept of one tag. `store`: by the service history, page by page. `memory`: of the last minutes, where nothing
 * else is kept. `device`: what the device itself remembers, page by page.
 */
export const tagHistory = tagged('tag-history', {
  path: text,
  source: z.enum(['memory', 'store', 'device']),
  keptFrom: timeOrNull.describe('How far back it reaches; null when the device does not say.'),
  points: z.array(historyPoint),
  nextCursor: textOrNull
    .optional()
    .describe('Only of a device: pass as `cursor` for the next page; null on the last one.'),
  next: textOrNull.optional().describe('Only of `store`: pass as `cursor` for the next page; null on the last one.'),
  dataType: text.optional().describe('Only of `store`: of the values.'),
});
export type TagHistory = Shape<typeof tagHistory>;

const trendPoint = z.object({
  at: time.describe('Of the first value in it.'),
  first: anything.describe('Null where no value is a number; bool as 0 or 1.'),
  min: numberOrNull,
  max: numberOrNull,
  last: anything,
  count: ordinal.describe('Values of any quality. 1: a value as it was.'),
  status: text.describe('The worst in it.'),
});

const trendSeries = z.object({
  path: text,
  unit: textOrNull.describe('Null where it has none, or is no tag any more.'),
  type: text,
  stepped: boolean.describe('Values hold until the next one; else they are joined by lines.'),
  before: trendPoint
    .nullable()
    .describe('The last value before the range, which holds at its beginning; null where there is none.'),
  points: z.array(trendPoint),
});
export type TrendSeries = Shape<typeof trendSeries>;

/** `GET /trends`: what curves are drawn from. Buckets without values are left out: nothing is bridged. */
export const trends = tagged('trends', { from: time, to: time, buckets: ordinal, series: z.array(trendSeries) });
export type Trends = Shape<typeof trends>;

/** `GET /history/tags`: of which anything was ever kept, also those that are no tags any more. */
export const historyTags = tagged('history-tags', {
  paths: z.array(text),
  total: count,
  next: textOrNull.describe('Pass as `cursor` for the next page; null on the last one.'),
});
export type HistoryTags = Shape<typeof historyTags>;
