import { auditActions } from '@fieldwarden/gateway-contract';
import { z } from 'zod';
import {
  anything,
  boolean,
  count,
  ordinal,
  ordinalOrNull,
  tagged,
  text,
  textOrNull,
  time,
  type Shape,
} from './parts.js';

/** A row of the audit: what somebody did or tried to do (SPEC §13.4). */
export const auditRow = z.object({
  seq: ordinal.describe('Without gaps.'),
  at: time,
  user: text,
  via: text.describe('The road: `console`, `rest`, `socket`, `opcua`, `mqtt`, `modbus-server`, `gateway`.'),
  action: z.enum(auditActions),
  subject: text.describe('Path of a tag, id of a driver, name of an account.'),
  before: anything.describe('Secrets are blanked; null where there is none.'),
  after: anything,
  outcome: z.enum(['done', 'refused', 'failed', 'rejected', 'not-sent', 'unknown']),
  reason: textOrNull.describe('Why, where it was not done.'),
  correlationId: text,
  prev: text.optional().describe('Hash of the row before, hex.'),
  hash: text.optional().describe('SHA-256 over the row and `prev`, hex.'),
});
export type AuditRow = Shape<typeof auditRow>;

/** `GET /audit`: newest first. */
export const auditPage = tagged('audit', {
  rows: z.array(auditRow),
  next: textOrNull.describe('Passed as `cursor`, gives the rows before these; null at the end.'),
});
export type AuditPage = Shape<typeof auditPage>;

/** `GET /audit/verify`: whether each row follows from the one before it. */
export const auditVerification = tagged('audit-verify', {
  ok: boolean,
  rows: count.describe('Rows that were looked at.'),
  head: textOrNull.describe('Hash of the last row, hex; null when there is no row.'),
  headSeq: ordinalOrNull.optional().describe('The last row.'),
  flaws: z
    .array(
      z.object({
        seq: ordinal.describe('The first row that is missing, changed, or not in its place.'),
        file: text,
        line: ordinalOrNull.describe('Counts from 1; null = behind the last line.'),
        message: text,
      }),
    )
    .optional()
    .describe('At most 20.'),
  firstBadSeq: ordinalOrNull.describe('The first row that does not fit; null when all do.'),
  message: text,
});
export type AuditVerification = Shape<typeof auditVerification>;
