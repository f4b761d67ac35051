import { driverStates } from '@fieldwarden/gateway-contract';
import { z } from 'zod';
import {
  anything,
  breaker,
  count,
  isolation,
  numberOrNull,
  record,
  tagged,
  text,
  textOrNull,
  time,
  timeOrNull,
  type Shape,
} from './parts.js';
import { errorReport } from './word-shapes.js';

const serviceFields = {
  id: text,
  type: text.describe('Name of its definition; of several instances the same.'),
  title: text.describe('What people call it: `OPC UA server`.'),
  isolation,
  state: z.enum(driverStates),
  stateSince: time.describe('When it took this state.'),
  reason: textOrNull.describe('Why it is not Healthy; null when it is, or was stopped.'),
  pid: numberOrNull.describe('Null in-process.'),
  spawn: numberOrNull.describe('How often it was started since the gateway was.'),
  upMs: numberOrNull,
  restarts: count,
  crashLoop: breaker,
  nextAttemptAt: timeOrNull,
  lastCause: textOrNull,
  lastError: errorReport.nullable().describe('Of the last failure; kept when it works again.'),
  memoryBytes: numberOrNull,
  cpuPercent: numberOrNull,
  conflatedValues: count.describe('Changes that newer ones replaced before it could be told of them.'),
  url: textOrNull.describe('Where others reach it; null while it does not work, and for one that listens nowhere.'),
  detail: record.nullable().describe('What it says of itself; null while it does not work.'),
};

/** One row of `GET /services`: what is not a driver (SPEC §16). */
export const service = z.object(serviceFields);
export type Service = Shape<typeof service>;

/** `GET /services`: in the order of the plant document. */
export const serviceList = tagged('services', { services: z.array(service) });
export type ServiceList = Shape<typeof serviceList>;

/** `GET /services/:id`, `POST /services/:id/restart?wait=true`. */
export const serviceAnswer = tagged('service', serviceFields);
export type ServiceAnswer = Shape<typeof serviceAnswer>;

/** `POST /services/:id/requests/:name`. */
export const serviceRequestAnswer = tagged('service-request', {
  serviceId: text,
  name: text,
  answer: anything.describe('As the service gave it.'),
});
export type ServiceRequestAnswer = Shape<typeof serviceRequestAnswer>;
