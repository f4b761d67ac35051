import type { Driver, HostRow } from '../driver-shapes.js';
import type { Service } from '../service-shapes.js';

/** Shapes where all is well, for tests to change. */

/** A healthy Modbus driver in the gateway's process. */
export function sampleDriver(changes: Partial<Driver> = {}): Driver {
  return {
    id: 'packaging',
    type: 'modbus',
    tier: 'B',
    isolation: 'in-process',
    enabled: true,
    state: 'Healthy',
    tags: 10,
    tagsBad: 0,
    tagsNeverGood: 0,
    pid: null,
    spawn: null,
    upMs: 60_000,
    restarts: { crash: 0, recycle: 0, operator: 0 },
    crashLoop: 'closed',
    nextAttemptAt: null,
    memory: { bytes: null, baselineBytes: null, softBytes: null, hardBytes: null, state: null },
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

/** One of its devices, connected and polled once a second. */
export function sampleHostRow(changes: Partial<HostRow> = {}): HostRow {
  return {
    driverId: 'packaging',
    driverType: 'modbus',
    tier: 'B',
    isolation: 'in-process',
    device: 'filler',
    driverState: 'Healthy',
    deviceState: 'connected',
    lostSince: null,
    tags: 10,
    tagsBad: 0,
    tagsNeverGood: 0,
    tagsBadSince: null,
    breaker: 'closed',
    breakerThreshold: 5,
    consecutiveFailures: 0,
    alert: false,
    lastBreakerOpenAt: null,
    lastError: null,
    nextProbeAt: null,
    bulkheadDepth: 0,
    lastRecycleAt: null,
    baselineBytes: null,
    currentBytes: null,
    requestedScanMs: 1_000,
    achievedScanMs: 1_000.2,
    overruns: 0,
    retries: 0,
    lateReplies: 0,
    ...changes,
  };
}

/** An OPC UA server in a Host, that works. */
export function sampleService(changes: Partial<Service> = {}): Service {
  return {
    id: 'opcua',
    type: 'opcua',
    title: 'OPC UA server',
    isolation: 'host',
    state: 'Healthy',
    stateSince: '2030-01-01T00:00:00.000Z',
    reason: null,
    pid: 4_711,
    spawn: 1,
    upMs: 60_000,
    restarts: 0,
    crashLoop: 'closed',
    nextAttemptAt: null,
    lastCause: null,
    lastError: null,
    memoryBytes: 90_000_000,
    cpuPercent: 1.5,
    conflatedValues: 0,
    url: 'opc.tcp://127.0.0.1:4840/fieldwarden',
    detail: { sessions: 2 },
    ...changes,
  };
}
