import { isBeyondDeadband } from '@fieldwarden/core';
import {
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  DeadbandType,
  sameVariant,
  type DataValue,
  type Variant,
} from 'node-opcua';

/** An item without a filter is told changes of status and value (OPC 10000-4, 7.22.2). */
const withoutFilter = new DataChangeFilter({
  trigger: DataChangeTrigger.StatusValue,
  deadbandType: DeadbandType.None,
  deadbandValue: 0,
});

/** EURange of the node, for deadbands in percent. */
export type RangeOf = () => { readonly low: number; readonly high: number } | undefined;

/**
 * Whether a client with this filter is told of `next` after `told` (OPC 10000-4, 7.22.2). The library's own arithmetic asserts that
 * differences are finite, so that NaN or infinity ends the telling; and takes NaN for other than NaN, so that it never ends.
 */
export function isTold(filter: unknown, told: DataValue, next: DataValue, rangeOf: RangeOf): boolean {
  const wanted = filter instanceof DataChangeFilter ? filter : withoutFilter;
  if (told.statusCode.value !== next.statusCode.value) return true;
  if (wanted.trigger === DataChangeTrigger.Status) return false;
  if (isTimeATrigger(wanted) && told.sourceTimestamp?.getTime() !== next.sourceTimestamp?.getTime()) return true;
  return isOutside(told.value, next.value, deadbandOf(wanted, rangeOf));
}

/** A deadband turns StatusValueTimestamp into StatusValue (OPC 10000-4, 7.22.2). */
export function isTimeATrigger(filter: unknown): boolean {
  return (
    filter instanceof DataChangeFilter &&
    filter.trigger === DataChangeTrigger.StatusValueTimestamp &&
    filter.deadbandType === (DeadbandType.None as number)
  );
}

/** In units of the value; undefined where every change counts. */
function deadbandOf({ deadbandType, deadbandValue }: DataChangeFilter, rangeOf: RangeOf): number | undefined {
  if (deadbandType === (DeadbandType.Absolute as number)) return deadbandValue;
  if (deadbandType !== (DeadbandType.Percent as number)) return undefined;
  const range = rangeOf();
  const deadband = range ? (deadbandValue / 100) * Math.abs(range.high - range.low) : Number.NaN;
  return Number.isFinite(deadband) ? deadband : undefined;
}

function isOutside(told: Variant, next: Variant, deadband: number | undefined): boolean {
  if (told.dataType !== next.dataType || told.arrayType !== next.arrayType) return true;
  const [before, after] = [told.value as unknown, next.value as unknown];
  if (told.dataType === DataType.Int64 || told.dataType === DataType.UInt64) {
    return isArrayOutside(wideNumbers(before), wideNumbers(after), deadband);
  }
  if (typeof before === 'number' && typeof after === 'number') return isNumberOutside(before, after, deadband);
  if (isNumbers(before) && isNumbers(after)) return isArrayOutside(before, after, deadband);
  return !sameVariant(told, next);
}

/** Of an array, one element is enough (OPC 10000-8, 7.2). */
function isArrayOutside(
  before: ArrayLike<number | bigint>,
  after: ArrayLike<number | bigint>,
  deadband: number | undefined,
): boolean {
  if (before.length !== after.length) return true;
  for (let i = 0; i < before.length; i += 1) if (isNumberOutside(before[i], after[i], deadband)) return true;
  return false;
}

/** A difference that is no number is outside, once: NaN after NaN, infinity after the same infinity is no change. */
function isNumberOutside(before: number | bigint, after: number | bigint, deadband: number | undefined): boolean {
  return isBeyondDeadband(after, before, deadband ?? 0);
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (Array.isArray(value)) return value.every((element) => typeof element === 'number');
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !Buffer.isBuffer(value);
}

/** The library's 64-bit integers: a pair of high and low word, or an array of pairs. */
function wideNumbers(value: unknown): bigint[] {
  if (!Array.isArray(value)) return [];
  const isPair = value.length === 2 && typeof value[0] === 'number';
  const pairs = (isPair ? [value] : value) as unknown as readonly (readonly [number, number])[];
  return pairs.map(([high, low]) => (BigInt(high) << 32n) + BigInt(low));
}
