import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** A read-only float64 tag of driver `drv`, device `d1`. `type` sets `rawType`, too. */
export function memoryTag(path: string, more: Partial<TagDefinition> = {}): TagDefinition {
  const type = more.type ?? { scalar: 'float64' };
  return {
    path,
    type,
    rawType: type,
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
