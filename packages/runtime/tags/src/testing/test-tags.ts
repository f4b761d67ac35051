import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** A read-only float64 tag of driver `drv`, device `d1`, for tests. */
export function tag(path: string, more: Partial<TagDefinition> = {}): TagDefinition {
  return {
    path,
    type: { scalar: 'float64' },
    rawType: { scalar: 'float64' },
    access: 'read-only',
    driverId: 'drv',
    deviceId: 'd1',
    address: path,
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
    ...more,
  };
}
