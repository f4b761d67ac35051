import { isBad, isGood, statusCodes, type DataType, type ValueColumns } from '@fieldwarden/core';
import type { ValueStep } from '../address/node-address.js';
import { partOfValue } from './part-of-value.js';
import { tagValue, Unfit } from './tag-value.js';
import { preciseMs, type UaDataValue, type UaVariant } from './ua-value.js';

export interface RowTerms {
  readonly steps: readonly ValueStep[];
  readonly type: DataType;
  readonly nowMs: number;
  /** Of the node's enumeration, if it is one. */
  readonly texts?: ReadonlyMap<number, string> | undefined;
}

/** Puts what the server said of a point into its row: value, all 32 bits of the status, source time (the server's where it has none, `nowMs` where neither). */
export function setRow(
  columns: ValueColumns,
  row: number,
  dataValue: UaDataValue,
  { steps, type, nowMs, texts }: RowTerms,
): void {
  const status = dataValue.statusCode.value >>> 0;
  const atMs = sourceMs(dataValue) ?? nowMs;
  if (isBad(status)) return columns.setBad(row, status, atMs);
  const value = enumText(dataValue.value, type, texts) ?? valueAt(dataValue.value, steps, type);
  if (value instanceof Unfit) {
    // An uncertain status says why there is nothing.
    return columns.setBad(row, isGood(status) || value.status !== statusCodes.BadNoData ? value.status : status, atMs);
  }
  columns.set(row, value, type, atMs);
  columns.statuses[row] = status;
}

/** A tag of text shows what a number of an enumeration means; one that has no text, the number. */
function enumText(variant: UaVariant | null, { scalar }: DataType, texts: RowTerms['texts']): string | undefined {
  return scalar === 'string' && typeof variant?.value === 'number' ? texts?.get(variant.value) : undefined;
}

function valueAt(variant: UaVariant | null, steps: readonly ValueStep[], type: DataType): ReturnType<typeof tagValue> {
  if (!variant) return new Unfit(statusCodes.BadNoData);
  const part = steps.length === 0 ? variant : partOfValue(variant, steps);
  return part ? tagValue(part, type) : new Unfit(statusCodes.BadNoData);
}

/** ms since 1970 UTC; undefined when the server told no time. */
export function sourceMs({
  sourceTimestamp,
  sourcePicoseconds,
  serverTimestamp,
  serverPicoseconds,
}: UaDataValue): number | undefined {
  if (sourceTimestamp && sourceTimestamp.getTime() > earliestMs) return preciseMs(sourceTimestamp, sourcePicoseconds);
  return serverTimestamp && serverTimestamp.getTime() > earliestMs
    ? preciseMs(serverTimestamp, serverPicoseconds)
    : undefined;
}

/** 1601-01-01, what a server says that knows no time (OPC 10000-6, 5.2.2.5). */
const earliestMs = Date.UTC(1601, 0, 2);
