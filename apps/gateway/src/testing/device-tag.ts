import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** A tag of a device as the store has it. */
export function deviceTag(path: string, driverId: string, deviceId: string): TagDefinition {
  const type = { scalar: 'float64' } as const;
  return {
    path,
    type,
    rawType: type,
    access: 'read-only',
    driverId,
    deviceId,
    address: '',
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
  };
}
