import type { DriverDetail, Status, TagRow } from '@fieldwarden/admin-contract';

/** A healthy Modbus driver in this process with one device. */
export function driverDetail(overrides: Partial<DriverDetail> = {}): DriverDetail {
  return {
    id: 'packaging',
    type: 'modbus',
    tier: 'B',
    isolation: 'in-process',
    enabled: true,
    state: 'Healthy',
    pid: null,
    spawn: null,
    upMs: 3_725_000,
    restarts: { crash: 0, recycle: 0, operator: 1 },
    crashLoop: 'closed',
    nextAttemptAt: null,
    memory: { bytes: null, baselineBytes: null, softBytes: null, hardBytes: null, state: null },
    cpuPercent: null,
    heartbeatMs: null,
    pending: 0,
    progress: 42,
    lastCause: null,
    lastError: null,
    generation: null,
    devices: [
      {
        id: 'filler',
        state: 'connected',
        tags: 2,
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
    tags: { total: 2, good: 2, uncertain: 0, bad: 0 },
    mqtt: null,
    opcua: { endpointUrl: 'opc.tcp://127.0.0.1:4840/fieldwarden', sessions: 0, subscriptions: 0, monitoredItems: 0 },
    ...overrides,
  };
}
