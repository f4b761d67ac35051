import { describeDriverDetail } from '@fieldwarden/admin-api/views';
import type { HostRow } from '@fieldwarden/admin-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import type { DeviceResilienceState } from '@fieldwarden/invoker';
import type { DeviceMemory, PresentDevice } from './device-memory.js';
import { lostSinceMs } from './lost-device.js';
import type { StandingBadTags } from './standing-bad.js';

export interface HostRowDependencies {
  readonly memory: Pick<DeviceMemory, 'facts'>;
  readonly standingBad: Pick<StandingBadTags, 'sinceMs'>;
}

/** The devices of one driver instance as rows of `GET /hosts`. */
export function hostRows(instance: DriverInstance, { memory, standingBad }: HostRowDependencies): readonly HostRow[] {
  const detail = describeDriverDetail(instance);
  const { breakerFailures: breakerThreshold } = instance.driver.resilience;
  return detail.devices.map((device, i): HostRow => {
    const { status } = instance.devices[i].invoker;
    const { depth, retries, lateReplies, lastBreakerOpenAtMs } = status;
    const badSinceMs = device.tagsBad === 0 ? null : standingBad.sinceMs(detail.id, device.id);
    const fastest = device.scans.toSorted((a, b) => a.requestedMs - b.requestedMs).at(0);
    const overruns = device.scans.reduce((sum, scan) => sum + scan.overruns, 0);
    const kept = memory.facts(instance.driver, { id: device.id, options: optionsOf(instance, device.id, i) }, overruns);
    return {
      driverId: detail.id,
      driverType: detail.type,
      tier: detail.tier,
      isolation: detail.isolation,
      device: device.id,
      driverState: detail.state,
      deviceState: device.state,
      lostSince: device.state === 'disabled' ? null : isoOrNull(lostSinceMs(status)),
      tags: device.tags,
      tagsBad: device.tagsBad,
      tagsNeverGood: device.tagsNeverGood,
      tagsBadSince: isoOrNull(badSinceMs),
      breaker: device.breaker,
      breakerThreshold,
      consecutiveFailures: device.consecutiveFailures,
      alert: breakerThreshold !== null && device.consecutiveFailures > breakerThreshold / 2,
      lastBreakerOpenAt: isoOrNull(lastBreakerOpenAtMs),
      lastError: device.lastError,
      nextProbeAt: isoOrNull(nextProbeAtMs(instance.devices[i].invoker.resilienceState)),
      bulkheadDepth: depth,
      lastRecycleAt: isoOrNull(instance.facts.lastRecycleAtMs ?? kept.lastRecycleAtMs),
      baselineBytes: detail.memory.baselineBytes,
      currentBytes: detail.memory.bytes,
      requestedScanMs: fastest?.requestedMs ?? null,
      achievedScanMs: fastest?.achievedMs ?? null,
      overruns: kept.overruns,
      retries,
      lateReplies,
    };
  });
}

/** What the memory of a driver's devices is to take up. */
export function presentDevices(instance: DriverInstance): readonly PresentDevice[] {
  return instance.devices.map(({ id, invoker, statistics }) => ({
    id,
    resilience: invoker.resilienceState,
    overruns: statistics.reduce((sum, { overruns }) => sum + overruns, 0),
  }));
}

function nextProbeAtMs({ openedAtMs, probeIntervalMs }: DeviceResilienceState): number | null {
  return openedAtMs === null || probeIntervalMs === null ? null : openedAtMs + probeIntervalMs;
}

/** `at`: where it usually is. */
function optionsOf({ driver: { devices } }: DriverInstance, deviceId: string, at: number): unknown {
  const usual = devices.at(at);
  return (usual?.id === deviceId ? usual : devices.find(({ id }) => id === deviceId))?.options;
}

function isoOrNull(ms: number | null | undefined): string | null {
  return ms === undefined || ms === null ? null : new Date(ms).toISOString();
}
