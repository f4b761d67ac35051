import type { HostRow } from '@fieldwarden/admin-contract';
import type { DriverInstance } from '@fieldwarden/instances';

/** The devices of one driver instance as rows of `GET /hosts`. */
export function hostRows(instance: DriverInstance): readonly HostRow[] {
  const { id: driverId, type: driverType, tier, isolation, state, memory, devices } = instance.describeDetail();
  const { breakerFailures: breakerThreshold } = instance.driver.resilience;
  return devices.map((device, i): HostRow => {
    const { depth, lateReplies, lastBreakerOpenAtMs } = instance.devices[i].invoker.status;
    const fastest = device.scans.toSorted((a, b) => a.requestedMs - b.requestedMs).at(0);
    return {
      driverId,
      driverType,
      tier,
      isolation,
      device: device.id,
      driverState: state,
      deviceState: device.state,
      breaker: device.breaker,
      breakerThreshold,
      consecutiveFailures: device.consecutiveFailures,
      alert: breakerThreshold !== null && device.consecutiveFailures > breakerThreshold / 2,
      lastBreakerOpenAt: isoOrNull(lastBreakerOpenAtMs),
      bulkheadDepth: depth,
      lastRecycleAt: isoOrNull(instance.facts.lastRecycleAtMs),
      baselineBytes: memory.baselineBytes,
      currentBytes: memory.bytes,
      requestedScanMs: fastest?.requestedMs ?? null,
      achievedScanMs: fastest?.achievedMs ?? null,
      overruns: device.scans.reduce((sum, { overruns }) => sum + overruns, 0),
      lateReplies,
    };
  });
}

function isoOrNull(ms: number | null | undefined): string | null {
  return ms === undefined || ms === null ? null : new Date(ms).toISOString();
}
