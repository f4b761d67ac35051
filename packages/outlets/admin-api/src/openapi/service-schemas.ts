import { driverStates } from '@fieldwarden/gateway-contract';
import { schemaRef, type JsonSchema } from './operation.js';
import {
  anything,
  arrayOf,
  count,
  nullable,
  numberOrNull,
  object,
  oneOf,
  tagged,
  text,
  textOrNull,
  timeOrNull,
} from './schema-parts.js';

const service = {
  id: text,
  type: { ...text, description: 'Name of its definition; of several instances the same.' },
  isolation: oneOf('in-process', 'host'),
  state: oneOf(...driverStates),
  reason: { ...textOrNull, description: 'Why it is not Healthy.' },
  pid: numberOrNull,
  spawn: numberOrNull,
  upMs: numberOrNull,
  restarts: count,
  crashLoop: oneOf('closed', 'open', 'half-open'),
  nextAttemptAt: timeOrNull,
  lastCause: textOrNull,
  lastError: nullable(schemaRef('LastError')),
  memoryBytes: numberOrNull,
  cpuPercent: numberOrNull,
  conflatedValues: { ...count, description: 'Changes that newer ones replaced before it could be told of them.' },
  url: { ...textOrNull, description: 'Where others reach it.' },
  detail: {
    type: ['object', 'null'],
    additionalProperties: true,
    description: 'What it says of itself.',
  } as JsonSchema,
};

/** Shapes of what is not a driver. */
export const serviceSchemas: Readonly<Record<string, JsonSchema>> = {
  ServiceRow: object(service),
  ServiceList: tagged('services', { services: arrayOf(schemaRef('ServiceRow')) }),
  Service: tagged('service', service),
  ServiceRequest: {
    type: 'object',
    additionalProperties: true,
    description: 'What the request needs, as the service says.',
  },
  ServiceRequestAnswer: tagged('service-request', { serviceId: text, name: text, answer: anything }),
};
