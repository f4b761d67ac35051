import { z } from 'zod';
import { boolean, count, tagged, text, textOrNull, time, type Shape } from './parts.js';

/** One that is kept; nothing tells its value. */
export const secretRow = z.object({
  name: text,
  changedAt: time,
  problem: textOrNull.describe('Why it cannot be used; null: it can.'),
});
export type SecretRow = Shape<typeof secretRow>;

/** `GET /secrets`: names, never values. */
export const secretList = tagged('secrets', {
  secrets: z.array(secretRow),
  problem: textOrNull.describe('What is wrong with all of them: the key or the file.'),
});
export type SecretList = Shape<typeof secretList>;

/** `PUT /secrets/:name`, `DELETE /secrets/:name`. */
export const secretAnswer = tagged('secret', {
  name: text,
  kept: boolean.describe('Whether there is one of this name now.'),
});
export type SecretAnswer = Shape<typeof secretAnswer>;

/** `POST /restore`: what is in the backup, proved to its last byte. */
export const restoreAnswer = tagged('restore', {
  staged: boolean.describe(
    'It takes the place of what is there when the gateway starts next; false: nothing was changed.',
  ),
  version: text.describe('Of the gateway that made it.'),
  createdAt: time,
  site: textOrNull,
  encrypted: boolean,
  files: count,
  bytes: count,
  findings: z.array(text).describe('What to know before: what is left out, what has to be brought along.'),
});
export type RestoreAnswer = Shape<typeof restoreAnswer>;

export const doctorCheck = z.object({
  id: text,
  status: z.enum(['ok', 'warn', 'fail']),
  message: text,
  remedy: textOrNull,
});
export type DoctorCheck = Shape<typeof doctorCheck>;

/** `GET /doctor`: what is weak, missing or about to end. */
export const doctorAnswer = tagged('doctor', { checks: z.array(doctorCheck) });
export type DoctorAnswer = Shape<typeof doctorAnswer>;
