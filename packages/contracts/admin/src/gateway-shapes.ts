import { driverStates } from '@fieldwarden/gateway-contract';
import { z } from 'zod';
import { configStatus } from './config-shapes.js';
import {
  boolean,
  count,
  integer,
  integerOrNull,
  number,
  tagged,
  text,
  textOrNull,
  tier,
  time,
  timeOrNull,
  writeOutcome,
  type Shape,
} from './parts.js';
import { finding } from './word-shapes.js';

const mqttStatus = z.object({
  id: text.optional(),
  connected: boolean,
  pending: count.describe('Messages in the outbox.'),
  dropped: count.describe('Messages that were given up, since the outbox was made.'),
});

const historyStatus = z.object({
  store: z.enum(['embedded', 'none']),
  valuesPerSecond: number.describe('Values that were written, over the last seconds.'),
  bytes: count.describe('Of all files.'),
  oldestAt: timeOrNull.describe('Of the oldest value; null while there is none.'),
  dropped: count.describe('Values that found no room on their way to the disk, since the start.'),
  database: z
    .object({
      database: textOrNull.describe('Host, port and name; null until its queue is open.'),
      connected: boolean,
      layout: z
        .enum(['partitions', 'hypertable'])
        .nullable()
        .describe('How days are kept; null before it was reached.'),
      waiting: count.describe('Batches of values that wait for it.'),
      waitingBytes: count,
      lagSeconds: number.describe('Age of the oldest batch that waits.'),
      written: count.describe('Values, since the start.'),
      outOfRange: count.describe('Values that were too old to be kept, or far ahead of its clock.'),
      dropped: z.record(z.string(), count).describe('Batches that were given up, by reason; `rows`: single values.'),
      lastError: textOrNull,
    })
    .nullable()
    .optional()
    .describe('The PostgreSQL database to which values go in addition; null where there is none.'),
});

/** `GET /status`. */
export const status = tagged('status', {
  version: text,
  site: text,
  generation: integerOrNull,
  usingStaleConfig: boolean,
  authority: z.enum(['embedded', 'postgres', 'file']),
  config: configStatus.optional(),
  startedAt: time,
  uptimeMs: number,
  pid: integer,
  drivers: z.object({ total: count, byState: z.partialRecord(z.enum(driverStates), count) }),
  services: z.object({ total: count, byState: z.partialRecord(z.enum(driverStates), count) }),
  tags: z.object({
    total: count,
    good: count,
    uncertain: count,
    bad: count,
    valuesPerSecond: number.min(0).describe('Values that came from drivers, over the last seconds.'),
  }),
  mqtt: z
    .union([mqttStatus, z.array(mqttStatus.nullable())])
    .nullable()
    .describe('One object where one outlet is configured, else a list; null where there is none, or it does not run.'),
  history: historyStatus
    .nullable()
    .describe('What is kept of the past; null where the plant keeps no history, or the service does not run.'),
  opcua: z
    .object({
      endpointUrl: text,
      sessions: count,
      subscriptions: count,
      monitoredItems: count,
      sessionsWithoutChannel: count.optional().describe('Sessions whose client has gone; they give way to others.'),
      connections: count.optional(),
      evictedSessions: count.optional().describe('Sessions that gave way to others, since its start.'),
      evictedConnections: count.optional().describe('Idle connections that gave way to others, since its start.'),
      refusedSessions: count.optional().describe('Clients that got no session, since its start.'),
      refusedConnections: count.optional().describe('Connections ended for what they did, since its start.'),
      refusedClients: count.optional().describe('Clients whose certificate was not accepted, since its start.'),
    })
    .nullable(),
});
export type Status = Shape<typeof status>;

/** `GET /about`. */
export const about = tagged('about', {
  version: text,
  node: text,
  platform: text,
  home: text,
  ports: z
    .object({ health: count, admin: count })
    .catchall(integerOrNull)
    .describe(
      'Of health, Admin API and, by their ids, of services that can listen; null for one that does not at present.',
    ),
  spareProcess: z
    .object({
      pid: integer,
      ready: boolean.describe('Started, and waiting for its driver.'),
      memoryBytes: integerOrNull.describe('Private memory.'),
    })
    .nullable()
    .describe('Belongs to no driver yet: the next Host that dies goes on in it. Null while there is none.'),
  driverTypes: z.array(z.object({ type: text, version: text, tier })),
  certificates: z.array(
    z.object({
      use: z.enum(['opcua-server']),
      subject: text,
      thumbprint: text,
      notBefore: time,
      notAfter: time,
    }),
  ),
  licences: z.array(z.object({ name: text, version: text, licence: text })),
});
export type About = Shape<typeof about>;

/** `POST /shutdown`: the gateway with this process id stops. */
export const shutdownAnswer = tagged('shutdown', { pid: integer });
export type ShutdownAnswer = Shape<typeof shutdownAnswer>;

/** 202: the action was passed on; what becomes of it is in the events and the log, under this id as correlation id. */
export const operationAnswer = tagged('operation', { operationId: text });
export type OperationAnswer = Shape<typeof operationAnswer>;

/** RFC 9457. */
export const problem = z
  .object({
    type: text,
    title: text,
    status: integer.min(400).max(599),
    detail: text,
    code: text.describe('Stable: what programs should look at.'),
    correlationId: text,
    remedy: text.optional(),
    outcome: writeOutcome.optional(),
    findings: z.array(finding).optional(),
  })
  .describe('RFC 9457.');
export type Problem = Shape<typeof problem>;
