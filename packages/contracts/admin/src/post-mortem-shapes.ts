import { z } from 'zod';
import { count, integerOrNull, number, numberOrNull, tagged, text, textOrNull, time, type Shape } from './parts.js';

const ofDriver = { id: text.describe('Unique within its driver.'), driverId: text };
const ofService = { id: text.describe('Unique within its service.'), serviceId: text };

const endFields = {
  spawn: count,
  cause: text.describe('exit, signal, hang, wedge, memory-hard, protocol, start-timeout, …'),
  exitCode: integerOrNull,
  signal: textOrNull,
  at: time,
  generation: integerOrNull.describe('Generation of the configuration that it ran on.'),
};

const notKept = text
  .optional()
  .describe('Why the disk did not take it: it is lost when the gateway restarts, or lost already. Absent: it is kept.');

export const postMortemSummary = z.object({ ...ofDriver, ...endFields, notKept });
export type PostMortemSummary = Shape<typeof postMortemSummary>;

/** `GET /drivers/:id/post-mortems`: newest first. */
export const postMortemList = tagged('post-mortems', { driverId: text, postMortems: z.array(postMortemSummary) });
export type PostMortemList = Shape<typeof postMortemList>;

const operation = z.object({
  capability: text,
  device: textOrNull,
  startedAt: time,
  durationMs: numberOrNull.describe('Null: still under way when the process ended.'),
  result: text.describe('ok, the code of the error, or pending.'),
  correlationId: textOrNull,
});
export type PostMortemOperation = Shape<typeof operation>;

const memory = z.object({
  at: time,
  privateBytes: numberOrNull.describe('Resident less shared; null where the system does not say.'),
  rssBytes: number,
  heapUsedBytes: number,
});
export type PostMortemMemory = Shape<typeof memory>;

const wholeFields = {
  ...endFields,
  error: z.object({ code: text, message: text }).describe('What everybody who waited for the process was told.'),
  stack: textOrNull.describe('Where the main thread stood when it hung, or was when it threw.'),
  stackMissing: textOrNull.describe('Why there is no stack of a process that hung.'),
  logTail: z.array(text).describe('Its last lines, oldest first.'),
  operations: z.array(operation).describe('Its last calls of capabilities, oldest first.'),
  memory: z.array(memory).describe('Oldest first.'),
};

/** `GET /drivers/:id/post-mortems/:postMortemId`. */
export const postMortemAnswer = tagged('post-mortem', { ...ofDriver, ...wholeFields });
export type PostMortemAnswer = Shape<typeof postMortemAnswer>;

/** What is kept of a process that ended (SPEC §4.3). */
export type PostMortem = Omit<PostMortemAnswer, 'schema'>;

export const servicePostMortemSummary = z.object({ ...ofService, ...endFields, notKept });
export type ServicePostMortemSummary = Shape<typeof servicePostMortemSummary>;

/** `GET /services/:id/post-mortems`: newest first. */
export const servicePostMortemList = tagged('service-post-mortems', {
  serviceId: text,
  postMortems: z.array(servicePostMortemSummary),
});
export type ServicePostMortemList = Shape<typeof servicePostMortemList>;

/** `GET /services/:id/post-mortems/:postMortemId`. */
export const servicePostMortemAnswer = tagged('service-post-mortem', { ...ofService, ...wholeFields });
export type ServicePostMortemAnswer = Shape<typeof servicePostMortemAnswer>;

export type ServicePostMortem = Omit<ServicePostMortemAnswer, 'schema'>;
