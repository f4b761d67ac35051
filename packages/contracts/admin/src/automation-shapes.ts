import { z } from 'zod';
import { anything, boolean, ordinal, tagged, text, textOrNull, timeOrNull, type Shape } from './parts.js';

export const internalTag = z.object({
  path: text,
  scope: z.enum(['global', 'flow', 'node']),
  value: anything,
  status: text.describe('Symbolic OPC UA status.'),
  persistedAt: timeOrNull.describe('When its value was on disk; null while it is not, or is not kept.'),
});
export type InternalTagRow = Shape<typeof internalTag>;

/** `GET /internal-tags`. */
export const internalTagList = tagged('internal-tags', { tags: z.array(internalTag) });
export type InternalTagList = Shape<typeof internalTagList>;

export const expressionFinding = z.object({
  rule: text,
  message: text,
  severity: z.enum(['error', 'warning']),
  column: ordinal.describe('Of its first character.'),
  length: ordinal,
});

/** `POST /expressions/check`. */
export const expressionCheck = tagged('expression-check', {
  ok: boolean.describe('False where a finding is an error.'),
  dataType: textOrNull.describe('Of its result; null where it is not ok.'),
  dependencies: z.array(text).describe('Paths of the tags that it reads.'),
  value: anything.describe('What it comes to now; null where it has no value.'),
  status: textOrNull.describe('Symbolic OPC UA status of that; null where it is not ok.'),
  findings: z.array(expressionFinding),
});
export type ExpressionCheck = Shape<typeof expressionCheck>;
