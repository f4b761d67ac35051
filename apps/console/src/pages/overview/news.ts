import type { GatewayEvent } from '@fieldwarden/gateway-contract';

/**
 * What is worth a line among the recent events: not the rows of the Hosts, which say what an event of the driver has said already, and
 * not what was said of a device before: a silent one is demoted again at every probe.
 */
export function newsOf(events: readonly GatewayEvent[]): readonly GatewayEvent[] {
  const lastOf = new Map<string, string>();
  return events.filter(({ type, driverId, device, message }) => {
    if (device === undefined) return true;
    const key = `${driverId ?? ''}/${device}`;
    if (type === 'host' || lastOf.get(key) === message) return false;
    lastOf.set(key, message);
    return true;
  });
}
