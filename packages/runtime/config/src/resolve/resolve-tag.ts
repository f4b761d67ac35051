import { parseDataType, type DataType } from '@fieldwarden/core';
import type { PlantTag, Scaling } from '@fieldwarden/gateway-contract';

import { tagDefaults, type TagDocument } from '../document/tag-schema.js';

/** A tag without findings → the tag that the runtime works with. `options` are those of its driver type, after the type's schema. */
export function resolveTag(written: TagDocument, options?: unknown): PlantTag {
  const range = rangeOf(written);
  return {
    path: written.path,
    address: String(written.address),
    options,
    type: parseDataType(written.dataType) as DataType,
    scanMs: written.scanMs ?? tagDefaults.scanMs,
    access: written.access ?? tagDefaults.access,
    scaling: written.scaling && resolveScaling(written.scaling),
    notAvailable: written.notAvailable === undefined ? undefined : [written.notAvailable].flat(),
    unit: written.unit,
    deadband: written.deadband && resolveDeadband(written.deadband, range),
    description: written.description,
    limits: written.limits,
    range,
    writeIdempotent: written.writeIdempotent ?? false,
    writeNonFinite: written.writeNonFinite ?? false,
    verify: written.verify ?? false,
    publish: written.publish ?? true,
    history: resolveHistory(written.history),
  };
}

function resolveHistory(written: TagDocument['history']): PlantTag['history'] {
  if (typeof written !== 'object') return written === false ? false : undefined;
  return { deadband: written.deadband, maxIntervalMs: written.maxIntervalMs, stepped: written.stepped };
}

type WrittenScaling = NonNullable<TagDocument['scaling']>;

export function resolveScaling(written: WrittenScaling): Scaling {
  if (!('rawLow' in written)) return { gain: written.gain ?? 1, offset: written.offset ?? 0, clamp: undefined };
  const gain = (written.high - written.low) / (written.rawHigh - written.rawLow);
  const clamp = written.clamp ? ordered(written.low, written.high) : undefined;
  return { gain, offset: written.low - written.rawLow * gain, clamp };
}

/** The instrument's range in engineering units: two points of a scaling say it best, a complete pair of limits second. */
export function rangeOf({ scaling, limits }: Pick<TagDocument, 'scaling' | 'limits'>): PlantTag['range'] {
  if (scaling && 'rawLow' in scaling) return ordered(scaling.low, scaling.high);
  if (limits?.min !== undefined && limits.max !== undefined) return ordered(limits.min, limits.max);
  return undefined;
}

function resolveDeadband(written: NonNullable<TagDocument['deadband']>, range: PlantTag['range']): number {
  if ('absolute' in written) return written.absolute;
  return range === undefined ? 0 : (written.percent / 100) * (range.high - range.low);
}

/** A scaling may fall: the device's high value may be the lower one. */
function ordered(a: number, b: number): { low: number; high: number } {
  return { low: Math.min(a, b), high: Math.max(a, b) };
}
