import type { Driver, HostRow, Status } from '@fieldwarden/admin-contract';

/** Drivers, rows and a status where all is well, for tests to change. */

export function testDriver(changes: Partial<Driver> = {}): Driver {
  return {
    id: 'packaging',
    type: 'modbus',
    tier: 'B',
    isolation: 'in-process',
    enabled: true,
    state: 'Healthy',
    pid: null,
    spawn: null,
    upMs: 60_000,
    restarts: { crash: 0, recycle: 0, operator: 0 },
    crashLoop: 'closed',
    nextAttemptAt: null,
    memory: { bytes: 1_000, baselineBytes: 1_000, softBytes: 2_000, hardBytes: 4_000, state: 'Normal' },
    cpuPercent: null,
    heartbeatMs: null,
    pending: 0,
    progress: 10,
    lastCause: null,
    lastError: null,
    generation: 1,
    ...changes,
  };
}

export function testRow(changes: Partial<HostRow> = {}): HostRow {
  return {
    driverId: 'packaging',
    driverType: 'modbus',
    tier: 'B',
    isolation: 'in-process',
    device: 'filler',
    driverState: 'Healthy',
    deviceState: 'connected',
    breaker: 'closed',
    breakerThreshold: 5,
    consecutiveFailures: 0,
    alert: false,
    lastBreakerOpenAt: null,
    lastError: null,
    nextProbeAt: null,
    bulkheadDepth: 0,
    lastRecycleAt: null,
    baselineBytes: 1_000,
    currentBytes: 1_000,
    requestedScanMs: 500,
    achievedScanMs: 500,
    overruns: 0,
    retries: 0,
    lateReplies: 0,
    ...changes,
  };
}

export function testStatus(changes: Partial<Status> = {}): Status {
  return {
    schema: 'fieldwarden/status@1',
    version: '0.1.0',
    site: 'lab',
    generation: 1,
    usingStaleConfig: false,
    authority: 'embedded',
    startedAt: '2030-01-01T00:00:00.000Z',
    uptimeMs: 60_000,
    pid: 1,
    drivers: { total: 1, byState: { Healthy: 1 } },
    tags: { total: 1, good: 1, uncertain: 0, bad: 0 },
    mqtt: null,
    opcua: null,
    ...changes,
  };
}
