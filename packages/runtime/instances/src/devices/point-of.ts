import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { isNumericColumn } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';

/** What of a tag its driver is told. */
type ToldFields = Pick<
  TagDefinition,
  'path' | 'address' | 'type' | 'options' | 'scanMs' | 'scaling' | 'deadband' | 'notAvailable'
>;

/** A tag as its driver sees it; `type` is that in the device. */
export function pointOf(tag: ToldFields): Point {
  const { path, address, options, type, scanMs } = tag;
  return { path, address, type, options, samplingIntervalMs: scanMs, deadband: rawDeadband(tag) };
}

/**
 * The tag's deadband is in engineering units. Values that the tag store does not compare must all come: they have none. Nor
 * have those next to which another value stands for "none".
 */
function rawDeadband({ type, deadband, scaling, notAvailable }: ToldFields): number | undefined {
  if (!deadband || notAvailable || !isNumericColumn(type) || type.scalar === 'bool') return undefined;
  return scaling ? deadband / Math.abs(scaling.gain) : deadband;
}
