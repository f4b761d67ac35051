import type { HostRow } from '@fieldwarden/admin-contract';
import type { DeviceState } from '@fieldwarden/gateway-contract';

const stateWeights: Readonly<Record<DeviceState, number>> = {
  demoted: 1_000,
  unreachable: 500,
  unknown: 5,
  connected: 0,
  disabled: 0,
};

/** How much a device needs somebody: its state first, then failures, Bad tags, then how late its scans are. 0 = nothing to say. */
export function trouble(row: HostRow): number {
  const late = lateness(row);
  return (
    stateWeights[row.deviceState] +
    (row.alert ? 200 : 0) +
    (row.tagsBad > 0 ? 50 : 0) +
    Math.min(row.consecutiveFailures, 100) +
    (late > 1.1 ? Math.min(late, 50) : 0)
  );
}

/** Achieved over requested scan interval; 1 = on time. */
export function lateness({ requestedScanMs, achievedScanMs }: HostRow): number {
  return requestedScanMs !== null && achievedScanMs !== null ? achievedScanMs / requestedScanMs : 1;
}

/** Those in trouble, the worst first. */
export function worstRows(rows: readonly HostRow[], count: number): readonly HostRow[] {
  return rows
    .filter((row) => trouble(row) > 0)
    .sort((a, b) => trouble(b) - trouble(a))
    .slice(0, count);
}
