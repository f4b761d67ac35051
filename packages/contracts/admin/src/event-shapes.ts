import type { GatewayEventType } from '@fieldwarden/gateway-contract';
import { z } from 'zod';
import { boolean, count, record, tagged, text, textOrNull, time, type Shape } from './parts.js';
import { tagValueShape } from './tag-shapes.js';

const data = record
  .optional()
  .describe(
    'By type. `host` events about a device carry its row of `GET /hosts` as `row`, at most one per device in 250 ms.',
  );

function eventOf<const Type extends GatewayEventType, const Subject extends z.ZodRawShape>(
  type: Type,
  subject: Subject,
) {
  return z.object({ seq: count, at: time, type: z.literal(type), ...subject, message: text, data });
}

const ofDriver = { driverId: text, device: text.optional() };

/** One event as it comes over server-sent events and in lists. */
export const gatewayEvent = z.union([
  eventOf('driver', ofDriver),
  eventOf('host', ofDriver),
  eventOf('tag', { path: text }),
  eventOf('alarm', { driverId: text.optional(), device: text.optional(), serviceId: text.optional() }),
  eventOf('config', {}),
  eventOf('machine', { machineId: text }),
  eventOf('flow', { flowId: text }),
  eventOf('service', { serviceId: text }),
]);

export const eventGap = z.object({
  afterSeq: count.describe('The last event that the client has seen.'),
  nextSeq: count.describe('The oldest one that is kept, or the next one that comes.'),
  restarted: boolean.describe('The gateway was started again in between: load everything again.'),
});

/** `GET /events`, `GET /drivers/:id/events` as JSON: oldest first. */
export const eventList = tagged('events', {
  bootId: text.describe('New with every start of the gateway.'),
  gap: eventGap.nullable().describe('What a client that asked with `since` may have missed; null if nothing.'),
  driverId: textOrNull,
  events: z.array(gatewayEvent),
});
export type EventList = Shape<typeof eventList>;

/**
 * First event, named `hello`, of `GET /events?stream=<id>`, and of any stream that cannot go on where its client stopped: a client
 * that knew another `bootId`, or misses a `seq`, loads everything again.
 */
export const streamHello = tagged('stream', {
  bootId: text.describe('New with every start of the gateway.'),
  seq: count.describe('Of the newest event.'),
  gap: eventGap.nullable().describe('What the client may have missed; null if nothing.'),
});
export type StreamHello = Shape<typeof streamHello>;

/** `PUT /events/streams/:stream/tags`. */
export const watchedTagsAnswer = tagged('watched-tags', {
  stream: text,
  known: count.describe('Paths that exist now.'),
  unknown: count.describe('The others: watched as soon as they exist.'),
});
export type WatchedTagsAnswer = Shape<typeof watchedTagsAnswer>;

/** Event named `tag` of a stream: present values of tags newly watched, then changes. */
export const tagValuesEvent = z.object({ values: z.array(tagValueShape) });
export type TagValuesEvent = Shape<typeof tagValuesEvent>;

const tagReading = z.object({ sourceAt: time, paths: z.array(text) });
export type TagReading = Shape<typeof tagReading>;

/** Event named `reading` of a stream, once a second: tags that were read again and have the value and status that was sent last. */
export const tagReadingsEvent = z.object({ readings: z.array(tagReading) });
export type TagReadingsEvent = Shape<typeof tagReadingsEvent>;

/** Beside these, whatever fields the record carries. */
export const logRecord = z.looseObject({
  timestamp: time,
  level: text,
  message: text,
  driverId: text.optional(),
  serviceId: text.optional(),
});

/** `GET /logs`, `GET /drivers/:id/logs`, `GET /services/:id/logs`: oldest first. */
export const logList = tagged('logs', {
  driverId: textOrNull,
  serviceId: text.optional(),
  records: z.array(logRecord),
});
export type LogList = Shape<typeof logList>;
