import type { Capability } from '@fieldwarden/driver';
import type { InstanceObserver } from '@fieldwarden/instances';
import type { CapabilityMetrics, EventLog, Metrics } from '@fieldwarden/observe';

/** What happens in one driver instance, as metrics and events; `touched` hears of everything that its status may show. */
export function instanceObserver(
  driverId: string,
  metrics: Metrics,
  events: EventLog,
  touched: (driverId: string) => void,
): InstanceObserver {
  const driver = metrics.forDriver(driverId);
  const byCapability = new Map<Capability, CapabilityMetrics>();
  const capabilityMetrics = (capability: Capability): CapabilityMetrics => {
    let bound = byCapability.get(capability);
    if (!bound) byCapability.set(capability, (bound = metrics.forCapability(driverId, capability)));
    return bound;
  };
  return {
    scanned: (_deviceId, { tags, durationMs }) => {
      driver.tagsPolled(tags);
      driver.pollTook(durationMs / 1000);
    },
    callSettled: (_deviceId, capability, durationMs, error) => {
      capabilityMetrics(capability).called(error?.kind ?? 'ok', durationMs / 1000);
      if (error) touched(driverId); // what a success changes comes as an event
    },
    retried: (capability) => capabilityMetrics(capability).retried(),
    lateReply: () => driver.lateReply(),
    hostLost: (cause) => driver.hostRestarted(cause),
    event: (type, message, details) => {
      events.append({ type, driverId, message, ...details });
      touched(driverId);
    },
  };
}
