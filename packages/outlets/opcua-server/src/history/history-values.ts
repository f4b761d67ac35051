import { isBad, type DataType } from '@fieldwarden/core';
import type { HistoryRows } from '@fieldwarden/service';
import { DataValue, extractRange, StatusCodes, TimestampsToReturn, type NumericRange } from 'node-opcua';
import { picosecondsOf } from '../values/tag-values.js';
import { uaStatus } from '../values/ua-status.js';
import { toVariant } from '../values/ua-types.js';

export interface ValueRequest {
  readonly timestamps: TimestampsToReturn;
  readonly indexRange: NumericRange | undefined;
}

/** Rows of a history as the library's DataValues, in slices: `breathe` is awaited between them. A Bad status comes without a value. */
export async function historyValues(
  rows: HistoryRows,
  { timestamps, indexRange }: ValueRequest,
  breathe: () => Promise<void>,
): Promise<DataValue[]> {
  const values: DataValue[] = [];
  for (let row = 0; row < rows.timesMs.length; row += 1) {
    const value = historyValue(rows, row);
    setTimes(value, rows.timesMs[row], timestamps);
    values.push(indexRange ? rangeOf(value, indexRange) : value);
    if (row % 256 === 255) await breathe();
  }
  return values;
}

function historyValue({ type, statuses, values }: HistoryRows, row: number): DataValue {
  const result = new DataValue(null);
  result.statusCode = uaStatus(statuses[row]);
  if (isBad(statuses[row])) return result;
  const value = values[row];
  result.value = toVariant(typeof value === 'number' ? fromColumn(value, type) : value, type);
  return result;
}

/** Columns of numbers have bools as 0 and 1. */
function fromColumn(value: number, { scalar }: DataType): number | boolean {
  return scalar === 'bool' ? value !== 0 : value;
}

/** History knows the time of the source; the server's own is the same where it is asked for (10000-11, 6.4.2). */
function setTimes(value: DataValue, atMs: number, timestamps: TimestampsToReturn): void {
  const at = new Date(atMs);
  if (timestamps !== TimestampsToReturn.Server) {
    value.sourceTimestamp = at;
    value.sourcePicoseconds = picosecondsOf(atMs);
  }
  if (timestamps !== TimestampsToReturn.Source) value.serverTimestamp = at;
}

function rangeOf(value: DataValue, indexRange: NumericRange): DataValue {
  if (value.statusCode.isBad()) return value;
  const cut = extractRange(value, indexRange);
  if (cut.statusCode.isGood()) return cut;
  const none = new DataValue(null);
  none.statusCode = StatusCodes.BadIndexRangeNoData;
  none.sourceTimestamp = value.sourceTimestamp;
  none.serverTimestamp = value.serverTimestamp;
  return none;
}
