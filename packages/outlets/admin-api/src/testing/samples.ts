import type {
  About,
  AlarmJournalRow,
  AlarmRow,
  AlarmStatisticsAnswer,
  AuditRow,
  DriverCurves,
  DriverDetail,
  HostRow,
  PostMortem,
  ServicePostMortem,
  Status,
  TagDetail,
  TagRow,
} from '@fieldwarden/admin-contract';
import { sampleDriver, sampleHostRow } from '@fieldwarden/admin-contract/testing';

/** A healthy Modbus driver in this process with one device. */
export function driverDetail(overrides: Partial<DriverDetail> = {}): DriverDetail {
  return {
    ...sampleDriver({ upMs: 3_725_000, progress: 42, generation: null }),
    stateSince: '2030-01-01T00:00:00.000Z',
    restarts: { crash: 0, recycle: 0, operator: 1 },
    devices: [
      {
        id: 'filler',
        state: 'connected',
        tags: 2,
        tagsBad: 0,
        tagsNeverGood: 0,
        breaker: 'closed',
        consecutiveFailures: 0,
        lastError: null,
        scans: [{ requestedMs: 1_000, achievedMs: 1_000.4, overruns: 0, tags: 2 }],
      },
    ],
    ...overrides,
  };
}

/** A writable float that reads 12.5, Good. */
export function tagRow(path: string, overrides: Partial<TagRow> = {}): TagRow {
  return {
    path,
    value: 12.5,
    status: 'Good',
    statusCode: 0,
    sourceAt: '2030-01-01T00:00:00.000Z',
    serverAt: '2030-01-01T00:00:00.001Z',
    driverId: 'packaging',
    device: 'filler',
    dataType: 'float32',
    access: 'read-write',
    unit: 'rpm',
    description: null,
    ...overrides,
  };
}

/** Everything about it; one that is Bad lies at an address that the device does not have. */
export function tagDetail(row: TagRow, overrides: Partial<TagDetail> = {}): TagDetail {
  const bad = row.statusCode >>> 30 >= 2;
  return {
    ...row,
    address: '400001',
    scanMs: 1_000,
    limits: { min: 0, max: 120 },
    notAvailable: null,
    nodeId: `nsu=urn:fieldwarden:lab;s=${row.path}`,
    reason: bad ? 'The device has nothing at this address.' : null,
    hint: bad ? 'Try 400000 or 400002.' : null,
    ...overrides,
  };
}

export function gatewayStatus(overrides: Partial<Status> = {}): Status {
  return {
    schema: 'fieldwarden/status@1',
    version: '0.1.0',
    site: 'lab',
    generation: null,
    usingStaleConfig: false,
    authority: 'file',
    startedAt: '2030-01-01T00:00:00.000Z',
    uptimeMs: 61_000,
    pid: process.pid,
    drivers: { total: 1, byState: { Healthy: 1 } },
    services: { total: 1, byState: { Healthy: 1 } },
    tags: { total: 2, good: 2, uncertain: 0, bad: 0, valuesPerSecond: 2 },
    mqtt: null,
    history: null,
    opcua: { endpointUrl: 'opc.tcp://127.0.0.1:4840/fieldwarden', sessions: 0, subscriptions: 0, monitoredItems: 0 },
    ...overrides,
  };
}

/** A connected device of a driver in this process, polled once a second. */
export function hostRow(overrides: Partial<HostRow> = {}): HostRow {
  return sampleHostRow({ retries: 3, ...overrides });
}

/** A Host that hung: its stack, two lines, two calls, a memory curve that rises. */
export function postMortem(overrides: Partial<PostMortem> = {}): PostMortem {
  return {
    id: '20300101T000000.000Z-3',
    driverId: 'packaging',
    spawn: 3,
    cause: 'hang',
    exitCode: null,
    signal: 'SIGKILL',
    at: '2030-01-01T00:00:00.000Z',
    generation: null,
    error: { code: 'HOST_LOST', message: 'the Host of driver packaging ended (hang, SIGKILL)' },
    stackMissing: null,
    stack: 'at decode (file:///drivers/acme.js:12:3)\nat read (file:///drivers/acme.js:40:9)',
    logTail: ['connected', 'decoding block 7'],
    operations: [
      {
        capability: 'read',
        device: 'filler',
        startedAt: '2029-12-31T23:59:43.000Z',
        durationMs: 4.2,
        result: 'ok',
        correlationId: 'c-1',
      },
      {
        capability: 'read',
        device: 'filler',
        startedAt: '2029-12-31T23:59:44.000Z',
        durationMs: 16_000,
        result: 'HOST_LOST',
        correlationId: 'c-2',
      },
    ],
    memory: [
      { at: '2029-12-31T23:59:42.000Z', privateBytes: 8_000_000, rssBytes: 44_000_000, heapUsedBytes: 5_000_000 },
      { at: '2029-12-31T23:59:43.000Z', privateBytes: 9_000_000, rssBytes: 45_000_000, heapUsedBytes: 6_000_000 },
      { at: '2029-12-31T23:59:44.000Z', privateBytes: 16_000_000, rssBytes: 52_000_000, heapUsedBytes: 13_000_000 },
    ],
    ...overrides,
  };
}

export function about(): About {
  return {
    schema: 'fieldwarden/about@1',
    version: '0.1.0',
    node: 'v24.0.0',
    platform: 'linux x64',
    home: '/home/fieldwarden',
    ports: { opcua: 4840, health: 4841, admin: 4842 },
    spareProcess: { pid: 4711, ready: true, memoryBytes: 12_000_000 },
    driverTypes: [{ type: 'modbus', version: '1.0.0', tier: 'B' }],
    certificates: [
      {
        use: 'opcua-server',
        subject: 'CN=Fieldwarden',
        thumbprint: 'A1',
        notBefore: '2030-01-01T00:00:00.000Z',
        notAfter: '2040-01-01T00:00:00.000Z',
      },
    ],
    licences: [{ name: 'express', version: '5.3.0', licence: 'MIT' }],
  };
}

/** Two rows of a driver that got a Host in between. */
export function driverCurves(): DriverCurves {
  return {
    schema: 'fieldwarden/curves@1',
    driverId: 'packaging',
    intervalMs: 5_000,
    at: [1_893_456_000_000, 1_893_456_005_000],
    memoryBytes: [null, 9_000_000],
    cpuPercent: [null, 1.5],
    heartbeatMs: [null, 400],
    state: ['Initializing', 'Healthy'],
    changes: [
      { at: 1_893_456_000_000, state: 'Initializing' },
      { at: 1_893_456_000_700, state: 'Healthy' },
    ],
  };
}

/** Active and not acknowledged. */
export function alarmRow(overrides: Partial<AlarmRow> = {}): AlarmRow {
  return {
    id: overrides.conditionId ?? 'level',
    driverId: 'packaging',
    device: 'filler',
    conditionId: 'level',
    eventId: 'level@1',
    source: 'HR0',
    message: 'level is above 70',
    severity: 500,
    priority: 'medium',
    area: 'packaging/filler',
    enabled: true,
    active: true,
    acknowledged: false,
    confirmed: true,
    suppressed: false,
    outOfService: false,
    shelved: false,
    shelvedUntil: null,
    shelvedOnce: false,
    latched: false,
    limitState: null,
    frozen: false,
    repeats: 0,
    retain: true,
    current: true,
    at: '2030-01-01T00:00:00.000Z',
    value: 71.5,
    quality: null,
    comment: null,
    response: null,
    ack: 'single',
    noteRequired: false,
    audible: true,
    firstOut: false,
    ...overrides,
  };
}

/** A row of the journal: somebody has seen it. */
export function journalRow(overrides: Partial<AlarmJournalRow> = {}): AlarmJournalRow {
  return {
    seq: 12,
    at: '2030-01-01T00:00:00.000Z',
    id: 'filler-hot',
    driverId: null,
    device: null,
    area: 'packaging/filler',
    priority: 'high',
    message: 'Filler is hot',
    transition: 'acknowledged',
    value: 92.5,
    quality: 'Good',
    user: 'anna',
    note: 'on my way',
    generation: 3,
    ...overrides,
  };
}

/** Of a plant in which nothing is wrong. */
export function alarmStatistics(overrides: Partial<AlarmStatisticsAnswer> = {}): AlarmStatisticsAnswer {
  return {
    schema: 'fieldwarden/alarm-statistics@1',
    at: '2030-01-01T00:00:00.000Z',
    active: { critical: 0, high: 0, medium: 0, low: 0, diagnostic: 0 },
    unacknowledged: 0,
    shelved: 0,
    suppressed: 0,
    outOfService: 0,
    disabled: 0,
    activationsPer10Min: 0,
    peakPer10Min: 0,
    activationsPer24h: 0,
    floods: [],
    topTen: [],
    standing: [],
    chattering: [],
    timeToAcknowledge: { count: 0, meanMs: null, longestMs: null },
    ...overrides,
  };
}

/** The same of a service. */
export function servicePostMortem(overrides: Partial<ServicePostMortem> = {}): ServicePostMortem {
  const { driverId: _, ...facts } = postMortem();
  return { ...facts, serviceId: 'opcua', ...overrides };
}

/** A write of an operator. */
export function auditRow(overrides: Partial<AuditRow> = {}): AuditRow {
  return {
    seq: 12,
    at: '2030-01-01T00:00:00.000Z',
    user: 'anna',
    via: 'console',
    action: 'write',
    subject: 'packaging/filler/setpoint',
    before: 60,
    after: 80,
    outcome: 'done',
    reason: null,
    correlationId: 'shift-1',
    prev: '0'.repeat(64),
    hash: '1'.repeat(64),
    ...overrides,
  };
}
