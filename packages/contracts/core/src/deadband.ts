import type { TagValue } from './value.js';

/**
 * Whether `value` lies further than `deadband` from the value that was told last. The same value never does, NaN and infinities included;
 * a difference that is no finite number always does: not-a-number is told once when it comes and once when it goes, never at each scan
 * (OPC UA Part 4, 7.22.2 leaves this open). Arrays: if any element does, or their lengths differ. What has no magnitude: if it is another
 * value.
 */
export function isBeyondDeadband(value: TagValue, told: TagValue, deadband: number): boolean {
  if (Object.is(value, told)) return false;
  if (typeof value === 'number' && typeof told === 'number') return !(Math.abs(value - told) <= deadband);
  if (typeof value === 'bigint' && typeof told === 'bigint') return Math.abs(Number(value - told)) > deadband;
  if (!Array.isArray(value) || !Array.isArray(told) || value.length !== told.length) return true;
  return value.some((element, i) => isBeyondDeadband(element as TagValue, told[i] as TagValue, deadband));
}
