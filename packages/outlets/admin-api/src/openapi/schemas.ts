import { driverStates, type GatewayEventType } from '@fieldwarden/gateway-contract';
import { alarmSchemas } from './alarm-schemas.js';
import { configSchemas } from './config-schemas.js';
import { consoleSchemas } from './console-schemas.js';
import { serviceSchemas } from './service-schemas.js';
import { schemaRef, type JsonSchema } from './operation.js';
import {
  anything,
  arrayOf,
  boolean,
  count,
  nullable,
  number,
  numberOrNull,
  object,
  oneOf,
  position,
  tagged,
  text,
  textOrNull,
  time,
  timeOrNull,
} from './schema-parts.js';

const breaker = oneOf('closed', 'open', 'half-open');
const outcome: JsonSchema = {
  ...oneOf('done', 'rejected', 'not-sent', 'unknown'),
  description: 'The device confirmed · it said no · the write never left · it left and no answer came.',
};

function eventOf(
  type: GatewayEventType,
  subject: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const event = {
    seq: count,
    at: time,
    type: { type: 'string', const: type },
    ...subject,
    message: text,
    data: eventData,
  };
  return object(event, [...optional, 'data']);
}

const eventData: JsonSchema = {
  type: 'object',
  description:
    'By type. `host` events about a device carry its row of `GET /hosts` as `row`, at most one per device in 250 ms.',
};

const driver = {
  id: text,
  type: text,
  tier: oneOf('A', 'B', 'C'),
  isolation: oneOf('in-process', 'host'),
  enabled: boolean,
  state: oneOf(...driverStates),
  stateSince: { ...time, description: 'When it took this state.' },
  pid: { type: ['integer', 'null'], description: 'Null in-process.' },
  spawn: { type: ['integer', 'null'], description: 'Counts the processes of this driver from 1; null in-process.' },
  upMs: numberOrNull,
  restarts: object({ crash: count, recycle: count, operator: count }),
  crashLoop: breaker,
  nextAttemptAt: timeOrNull,
  memory: object({
    bytes: numberOrNull,
    baselineBytes: numberOrNull,
    softBytes: numberOrNull,
    hardBytes: numberOrNull,
    state: { type: ['string', 'null'], enum: ['Warming', 'Normal', 'Soft', 'Hard', null] },
  }),
  cpuPercent: numberOrNull,
  heartbeatMs: numberOrNull,
  pending: count,
  progress: count,
  lastCause: textOrNull,
  lastError: nullable(schemaRef('LastError')),
  generation: { type: ['integer', 'null'] },
} satisfies Readonly<Record<string, JsonSchema>>;

const tagValue = {
  path: text,
  value: { description: 'Number, true or false, text, array; 64-bit integers beyond 2^53 and bytes (base64) as text.' },
  status: { type: 'string', description: 'Symbolic OPC UA status: Good, BadTimeout.' },
  statusCode: { type: 'integer', minimum: 0, maximum: 0xffffffff },
  sourceAt: timeOrNull,
  serverAt: timeOrNull,
} satisfies Readonly<Record<string, JsonSchema>>;

const tagRow = {
  ...tagValue,
  driverId: textOrNull,
  device: textOrNull,
  dataType: text,
  access: oneOf('read-only', 'read-write'),
  unit: textOrNull,
  description: textOrNull,
} satisfies Readonly<Record<string, JsonSchema>>;

const hostRow = {
  driverId: text,
  driverType: text,
  tier: oneOf('A', 'B', 'C'),
  isolation: oneOf('in-process', 'host'),
  device: text,
  driverState: oneOf(...driverStates),
  deviceState: oneOf('connected', 'demoted', 'unreachable', 'unknown', 'disabled'),
  breaker,
  breakerThreshold: { type: ['integer', 'null'], minimum: 1, description: 'Null = never opens.' },
  consecutiveFailures: count,
  alert: { type: 'boolean', description: 'consecutiveFailures > breakerThreshold / 2' },
  lastBreakerOpenAt: timeOrNull,
  lastError: { ...nullable(schemaRef('LastError')), description: 'Of the device itself.' },
  nextProbeAt: { ...timeOrNull, description: 'When a device that is off-scan is probed next.' },
  bulkheadDepth: count,
  lastRecycleAt: timeOrNull,
  baselineBytes: numberOrNull,
  currentBytes: numberOrNull,
  requestedScanMs: { ...numberOrNull, description: 'Of the fastest scan class of the device.' },
  achievedScanMs: numberOrNull,
  overruns: { ...count, description: 'Counts of a row are kept over restarts of the gateway.' },
  retries: count,
  lateReplies: count,
} satisfies Readonly<Record<string, JsonSchema>>;

const postMortem = {
  id: { type: 'string', description: 'Unique within its driver.' },
  driverId: text,
  spawn: count,
  cause: { type: 'string', description: 'exit, signal, hang, wedge, memory-hard, protocol, start-timeout, …' },
  exitCode: { type: ['integer', 'null'] },
  signal: textOrNull,
  at: time,
  generation: { type: ['integer', 'null'] },
} satisfies Readonly<Record<string, JsonSchema>>;

/** `components/schemas` of the document: the shapes of @fieldwarden/admin-contract, by name. */
export const schemas: Readonly<Record<string, JsonSchema>> = {
  ...configSchemas,
  ...consoleSchemas,
  ...serviceSchemas,
  ...alarmSchemas,
  Status: tagged(
    'status',
    {
      version: text,
      site: text,
      generation: { type: ['integer', 'null'] },
      usingStaleConfig: boolean,
      authority: oneOf('embedded', 'postgres', 'file'),
      config: schemaRef('ConfigStatus'),
      startedAt: time,
      uptimeMs: number,
      pid: { type: 'integer' },
      drivers: object({ total: count, byState: { type: 'object', additionalProperties: count } }),
      tags: object({
        total: count,
        good: count,
        uncertain: count,
        bad: count,
        valuesPerSecond: {
          type: 'number',
          minimum: 0,
          description: 'Values that came from drivers, over the last seconds.',
        },
      }),
      mqtt: nullable(object({ connected: boolean, pending: count, dropped: count })),
      opcua: nullable(object({ endpointUrl: text, sessions: count, subscriptions: count, monitoredItems: count })),
    },
    ['config'],
  ),
  DriverList: tagged('drivers', { drivers: arrayOf(schemaRef('DriverRow')) }),
  DriverRow: object(driver, ['stateSince']),
  Driver: tagged('driver', driver, ['stateSince']),
  DriverDetail: tagged('driver', { ...driver, devices: arrayOf(schemaRef('Device')) }, ['stateSince']),
  Device: object({
    id: text,
    state: oneOf('connected', 'demoted', 'unreachable', 'unknown', 'disabled'),
    tags: count,
    breaker,
    consecutiveFailures: count,
    lastError: nullable(schemaRef('LastError')),
    scans: arrayOf(object({ requestedMs: number, achievedMs: numberOrNull, overruns: count, tags: count })),
  }),
  LastError: object({ code: text, kind: text, message: text, at: time }),
  HostList: tagged('hosts', { rows: arrayOf(schemaRef('HostRow')) }),
  HostRow: object(hostRow),
  PostMortemList: tagged('post-mortems', { driverId: text, postMortems: arrayOf(schemaRef('PostMortemSummary')) }),
  PostMortemSummary: object(postMortem),
  PostMortem: tagged('post-mortem', {
    ...postMortem,
    error: object({ code: text, message: text }),
    stack: textOrNull,
    stackMissing: { ...textOrNull, description: 'Why there is no stack of a process that hung.' },
    logTail: arrayOf(text),
    operations: arrayOf(
      object({
        capability: text,
        device: textOrNull,
        startedAt: time,
        durationMs: { ...numberOrNull, description: 'Null: still under way when the process ended.' },
        result: { type: 'string', description: 'ok, the code of the error, or pending.' },
        correlationId: textOrNull,
      }),
    ),
    memory: arrayOf(object({ at: time, privateBytes: numberOrNull, rssBytes: number, heapUsedBytes: number })),
  }),
  Operation: tagged('operation', { operationId: text }),
  Plan: tagged('plan', {
    driverId: text,
    devices: arrayOf(object({ device: text, scans: arrayOf(schemaRef('ScanPlan')) })),
  }),
  DriverTest: tagged('driver-test', { driverId: text, devices: arrayOf(schemaRef('DeviceTest')) }),
  DeviceTest: object({
    device: text,
    ok: boolean,
    durationMs: number,
    error: nullable(object({ code: text, kind: text, message: text })),
  }),
  NodeList: tagged('nodes', {
    driverId: text,
    device: text,
    nodes: arrayOf(schemaRef('BrowsedNode')),
    nextCursor: nullable({ type: 'string', description: '`cursor` of the next page; null for the last one.' }),
  }),
  BrowsedNode: object({
    address: { ...text, description: 'To use for a tag, or to browse further.' },
    name: text,
    dataType: textOrNull,
    writable: { type: ['boolean', 'null'], description: 'Null if the device does not say.' },
    hasChildren: boolean,
  }),
  ScanPlan: object({
    scanMs: number,
    tags: count,
    plan: object(
      {
        requests: arrayOf(object({ what: text, points: count, size: count, gap: count })),
        estimatedCycleMs: number,
        avoided: arrayOf(object({ what: text, points: count, retestInMs: number })),
      },
      ['avoided'],
    ),
  }),
  TagPage: tagged('tags', { tags: arrayOf(schemaRef('TagRow')), total: count, nextCursor: textOrNull }),
  TagRow: object(tagRow),
  TagValue: tagged('tag-value', tagRow),
  TagValueShape: object(tagValue),
  WatchedValue: tagged('tag-value', tagValue),
  WriteRequest: object({
    path: text,
    value: { ...anything, description: 'In the form in which the tag is read; converted by its data type.' },
  }),
  WriteAnswer: tagged('write', { path: text, outcome, status: text, message: text }, ['message']),
  GatewayEvent: {
    anyOf: [
      eventOf('driver', { driverId: text, device: text }, ['device']),
      eventOf('host', { driverId: text, device: text }, ['device']),
      eventOf('tag', { path: text }),
      eventOf('alarm', { driverId: text, device: text, serviceId: text }, ['driverId', 'device', 'serviceId']),
      eventOf('config', {}),
      eventOf('machine', { machineId: text }),
      eventOf('flow', { flowId: text }),
      eventOf('service', { serviceId: text }),
    ],
  },
  EventGap: object({
    afterSeq: { ...count, description: 'The last event that the client has seen.' },
    nextSeq: { ...count, description: 'The oldest one that is kept, or the next one that comes.' },
    restarted: { type: 'boolean', description: 'The gateway was started again in between: load everything again.' },
  }),
  StreamHello: tagged('stream', { bootId: text, seq: count, gap: nullable(schemaRef('EventGap')) }),
  EventList: tagged('events', {
    bootId: { ...text, description: 'New with every start of the gateway.' },
    gap: nullable(schemaRef('EventGap')),
    driverId: textOrNull,
    events: arrayOf(schemaRef('GatewayEvent')),
  }),
  LogRecord: object({ timestamp: time, level: text, message: text, driverId: text }, ['driverId']),
  LogList: tagged('logs', { driverId: textOrNull, records: arrayOf(schemaRef('LogRecord')) }),
  Shutdown: tagged('shutdown', { pid: { type: 'integer' } }),
  Problem: {
    ...object(
      {
        type: text,
        title: text,
        status: { type: 'integer', minimum: 400, maximum: 599 },
        detail: text,
        code: { type: 'string', description: 'Stable: what programs should look at.' },
        correlationId: text,
        remedy: text,
        outcome,
        findings: arrayOf(schemaRef('Finding')),
      },
      ['remedy', 'outcome', 'findings'],
    ),
    description: 'RFC 9457.',
  },
  Finding: object(
    { path: text, rule: text, message: text, severity: oneOf('error', 'warning'), line: position, column: position },
    ['line', 'column'],
  ),
};
