import type { GatewayEvent } from '@fieldwarden/gateway-contract';

export const driverKey = (driverId: string): string => driverId;
export const deviceKey = (driverId: string, device: string): string => `${driverId}/${device}`;

/** When each driver and device took the state it has, ms since 1970 UTC, as far as the kept events go back. */
export function statesSince(events: readonly GatewayEvent[]): ReadonlyMap<string, number> {
  const since = new Map<string, number>();
  for (const { type, driverId, device, at, data } of events) {
    if (type !== 'driver' || driverId === undefined) continue;
    if (device !== undefined && data?.state !== undefined) since.set(deviceKey(driverId, device), Date.parse(at));
    if (device === undefined && data?.to !== undefined) since.set(driverKey(driverId), Date.parse(at));
  }
  return since;
}
