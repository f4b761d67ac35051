import type { Alarm } from '@fieldwarden/gateway-contract';

/** Which alarm of the gateway is meant. */
export type ConditionName = Pick<Alarm, 'driverId' | 'device' | 'conditionId'>;

/** No path of a tag begins with this. */
const prefix = '#alarm/';

/**
 * The string of the ConditionId (OPC 10000-9, 5.5.2): `#alarm/<driver>/<device>/<condition>`, driver and device empty for what the gateway keeps
 * itself. The same over restarts. There is no node of it in the address space.
 */
export function conditionIdOf({ driverId, device, conditionId }: ConditionName): string {
  return `${prefix}${encodeURIComponent(driverId ?? '')}/${encodeURIComponent(device ?? '')}/${conditionId}`;
}

/** Undefined for what is no ConditionId. */
export function conditionNameOf(id: string): ConditionName | undefined {
  if (!id.startsWith(prefix)) return undefined;
  const [driver, device, ...condition] = id.slice(prefix.length).split('/');
  if (condition.length === 0) return undefined;
  try {
    return { driverId: decoded(driver), device: decoded(device), conditionId: condition.join('/') };
  } catch {
    return undefined; // not what `conditionIdOf` makes
  }
}

function decoded(part: string): string | null {
  return part === '' ? null : decodeURIComponent(part);
}
