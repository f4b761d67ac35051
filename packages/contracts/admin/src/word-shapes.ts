import { applyActions } from '@fieldwarden/gateway-contract';
import { z } from 'zod';
import { anything, boolean, ordinal, text, textOrNull, time } from './parts.js';

/** The words of the gateway as the Admin API spells them; their types are those of @fieldwarden/gateway-contract. */

export const errorReport = z.object({ code: text, kind: text, message: text, at: time });

const position = ordinal.optional().describe('In the text, counted from 1; only when a text was validated.');

export const finding = z.object({
  path: text.describe('Where in the document: `drivers[0].devices[1].tags[4].address`.'),
  rule: text.describe('Stable name of the rule: `tag-path-unique`.'),
  message: text,
  severity: z.enum(['error', 'warning']),
  line: position,
  column: position,
});

export const applyStep = z.object({
  driverId: textOrNull.describe('Null for what concerns the gateway itself.'),
  serviceId: text.optional().describe('The service that it concerns, if any.'),
  action: z.enum(applyActions),
  reason: text.describe('For people, with what it costs.'),
  device: text.optional().describe('Only for `tags` and `devices`.'),
  reconnect: boolean.describe('A connection is closed and made again.'),
});

export const applyFailure = z.object({
  driverId: textOrNull.describe('Null for the gateway itself and for services.'),
  serviceId: text.optional(),
  message: text,
});

export const configChange = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  path: text.describe('Members of lists are named, not counted: `drivers[packaging].devices[filler].address`.'),
  before: anything.describe('As written; null where there was nothing.'),
  after: anything.describe('As written; null where there is nothing.'),
});

export const configAuditRow = z.object({
  at: time,
  action: z.enum(['draft', 'publish', 'rollback', 'refused']),
  author: text,
  via: text,
  generation: ordinal.nullable(),
  message: text,
  correlationId: text,
});
