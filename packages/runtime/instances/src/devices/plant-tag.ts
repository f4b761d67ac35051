import type { PlantTag } from '@fieldwarden/config';
import { isNumericColumn } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** A configured tag as the store keeps it. Lossless: `plantTag` is the way back. */
export function tagDefinition(driverId: string, deviceId: string, tag: PlantTag): TagDefinition {
  const { path, address, access, scanMs, scaling, unit, description, deadband, limits, range } = tag;
  const { writeIdempotent, verify } = tag;
  return {
    path,
    address,
    access,
    scanMs,
    scaling,
    unit,
    description,
    deadband,
    limits,
    range,
    writeIdempotent,
    verify,
    driverId,
    deviceId,
    rawType: tag.type,
    type: scaling && isNumericColumn(tag.type) ? { scalar: 'float64' } : tag.type,
  };
}

/** What stands in the store, as it was configured: what runs is not kept twice. */
export function plantTag(definition: TagDefinition): PlantTag {
  const { path, address, access, scanMs, scaling, unit, description, deadband, limits, range } = definition;
  const { rawType: type, writeIdempotent, verify } = definition;
  return {
    path,
    address,
    type,
    scanMs,
    access,
    scaling: scaling as PlantTag['scaling'],
    unit,
    deadband,
    description,
    limits,
    range,
    writeIdempotent,
    verify,
  };
}
