import type { HostRow } from '@fieldwarden/admin-contract';
import type { DriverInstance } from '@fieldwarden/instances';

/** The devices of one driver instance as rows of `GET /hosts`. `nowMs` is a wall time that runs with the monotonic clock. */
export function hostRows(instance: DriverInstance, nowMs: number): readonly HostRow[] {
  const { id: driverId, type: driverType, tier, isolation, state, memory } = instance.describe();
  const { devices } = instance.describeDetail();
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
      lastRecycleAt: isoOrNull(takenOverAtMs(instance, nowMs)),
      baselineBytes: memory.baselineBytes,
      currentBytes: memory.bytes,
      requestedScanMs: fastest?.requestedMs ?? null,
      achievedScanMs: fastest?.achievedMs ?? null,
      overruns: device.scans.reduce((sum, { overruns }) => sum + overruns, 0),
      lateReplies,
    };
  });
}

/** The first process of a driver has taken over from none. */
function takenOverAtMs({ facts: { spawn, upMs } }: DriverInstance, nowMs: number): number | undefined {
  return spawn === null || spawn === 1 || upMs === null ? undefined : nowMs - upMs;
}

function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
