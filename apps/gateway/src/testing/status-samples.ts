import type { HostRow } from '@fieldwarden/admin-contract';
import { sampleHostRow } from '@fieldwarden/admin-contract/testing';
import type { ServiceFacts } from '@fieldwarden/services';

export { sampleDriver as driver } from '@fieldwarden/admin-contract/testing';

/** One of the sample driver's devices, answering. */
export function row(device: string, more: Partial<HostRow> = {}): HostRow {
  return sampleHostRow({ device, ...more });
}

/** An OPC UA server that works, in a Host. */
export function serviceFacts(more: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    id: 'opcua',
    type: 'opcua',
    isolation: 'host',
    state: 'Healthy',
    reason: null,
    pid: 4_711,
    spawn: 1,
    upMs: 60_000,
    restarts: { crash: 0, recycle: 0, operator: 0 },
    crashLoop: 'closed',
    nextAttemptAtMs: null,
    lastCause: null,
    lastError: null,
    heartbeatMs: 400,
    memoryBytes: 90_000_000,
    cpuPercent: 1.5,
    inspectorOpen: false,
    pending: 0,
    progress: 7,
    conflatedValues: 0,
    address: { port: 4_840, url: 'opc.tcp://127.0.0.1:4840/fieldwarden' },
    detail: { sessions: 2 },
    metrics: [],
    ...more,
  };
}
