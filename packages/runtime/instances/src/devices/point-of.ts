import type { PlantTag } from '@fieldwarden/gateway-contract';
import { isNumericColumn } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';

/** A tag as its driver sees it. */
export function pointOf(tag: PlantTag): Point {
  const { path, address, options, type, scanMs } = tag;
  return { path, address, type, options, samplingIntervalMs: scanMs, deadband: rawDeadband(tag) };
}

/** The tag's deadband is in engineering units. Values that the tag store does not compare must all come: they have none. */
function rawDeadband({ type, deadband, scaling }: PlantTag): number | undefined {
  if (!deadband || !isNumericColumn(type) || type.scalar === 'bool') return undefined;
  return scaling ? deadband / Math.abs(scaling.gain) : deadband;
}
