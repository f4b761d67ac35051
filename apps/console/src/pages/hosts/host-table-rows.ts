import type { Driver, HostRow } from '@fieldwarden/admin-contract';
import { lateness, trouble } from '../../fleet/worst-rows.js';

/** A row with the driver that it belongs to. */
export interface HostTableRow {
  readonly row: HostRow;
  readonly driver: Driver;
}

export type HostColumn = 'driver' | 'device' | 'state' | 'failures' | 'breaker' | 'recycle' | 'memory' | 'scan';

/** What a column is sorted by; null = not known, last either way. */
export const hostSortKeys: Readonly<Record<HostColumn, (row: HostTableRow) => string | number | null>> = {
  driver: ({ row }) => `${row.driverId} ${row.device}`,
  device: ({ row }) => `${row.device} ${row.driverId}`,
  state: ({ row }) => -trouble(row),
  failures: ({ row }) => row.consecutiveFailures,
  breaker: ({ row }) => timeOf(row.lastBreakerOpenAt),
  recycle: ({ row }) => timeOf(row.lastRecycleAt),
  memory: ({ row }) => row.currentBytes,
  scan: ({ row }) => lateness(row),
};

function timeOf(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}

export interface HostFilter {
  readonly text: string;
  /** '' = every state. */
  readonly state: string;
  readonly problemsOnly: boolean;
}

export function filteredRows(rows: readonly HostTableRow[], filter: HostFilter): readonly HostTableRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    ({ row, driver }) =>
      words.every((word) => searchText(row).includes(word)) &&
      (filter.state === '' || driver.state === filter.state) &&
      (!filter.problemsOnly || trouble(row) > 0 || driver.state !== 'Healthy'),
  );
}

function searchText({ driverId, driverType, device, deviceState, driverState }: HostRow): string {
  return `${driverId} ${driverType} ${device} ${deviceState} ${driverState}`.toLowerCase();
}

/** Rows of drivers that are no longer there are left out: the two lists may be a moment apart. */
export function joinedRows(rows: readonly HostRow[], drivers: readonly Driver[]): readonly HostTableRow[] {
  const byId = new Map(drivers.map((driver) => [driver.id, driver]));
  return rows.flatMap((row) => {
    const driver = byId.get(row.driverId);
    return driver ? [{ row, driver }] : [];
  });
}
