import type { Driver, HostRow, Status } from '@fieldwarden/admin-contract';
import { sampleDriver, sampleHostRow, sampleService } from '@fieldwarden/admin-contract/testing';

export { sampleService as testService };

/** Drivers, rows and a status where all is well, for tests to change. */

export function testDriver(changes: Partial<Driver> = {}): Driver {
  const memory = { bytes: 1_000, baselineBytes: 1_000, softBytes: 2_000, hardBytes: 4_000, state: 'Normal' } as const;
  return sampleDriver({ memory, ...changes });
}

export function testRow(changes: Partial<HostRow> = {}): HostRow {
  const scan = { requestedScanMs: 500, achievedScanMs: 500 };
  return sampleHostRow({ baselineBytes: 1_000, currentBytes: 1_000, ...scan, ...changes });
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
    services: { total: 0, byState: {} },
    tags: { total: 1, good: 1, uncertain: 0, bad: 0, valuesPerSecond: 1 },
    mqtt: null,
    history: null,
    opcua: null,
    ...changes,
  };
}
