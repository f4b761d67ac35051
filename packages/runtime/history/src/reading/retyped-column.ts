import {
  bigIntegerRanges,
  formatDataType,
  isNumericColumn,
  statusCodes,
  type DataType,
  type TagValue,
} from '@fieldwarden/core';
import type { HistoryColumn } from '@fieldwarden/history-kit';

/** What was kept under another type of the tag, as the type that it has now: the number where there is one, else no value, and Bad. */
export function retyped(column: HistoryColumn, type: DataType): HistoryColumn {
  if (formatDataType(column.type) === formatDataType(type)) return column;
  const { timesMs, values } = column;
  if (values.kind === 'numbers' && isNumericColumn(type)) return { ...column, type };
  const before: readonly (TagValue | null)[] =
    values.kind === 'objects'
      ? values.objects
      : Array.from(values.numbers, (number, i) => (values.absent?.[i] === 1 ? null : number));
  const objects = before.map((value) => convert(value, type));
  const statuses = column.statuses.map((status, i) =>
    objects[i] === null && before[i] !== null ? statusCodes.BadTypeMismatch : status,
  );
  if (!isNumericColumn(type)) return { type, timesMs, statuses, values: { kind: 'objects', objects } };
  const numbers = Float64Array.from(objects, (value) => (value === null ? NaN : Number(value)));
  const absent = Uint8Array.from(objects, (value) => (value === null ? 1 : 0));
  return {
    type,
    timesMs,
    statuses,
    values: { kind: 'numbers', numbers, absent: absent.includes(1) ? absent : undefined },
  };
}

function convert(value: TagValue | null, type: DataType): TagValue | null {
  if (value === null || type.arrayLength !== undefined) return null;
  if (isNumericColumn(type)) return typeof value === 'bigint' ? Number(value) : null;
  if (type.scalar in bigIntegerRanges) {
    if (typeof value === 'bigint') return value;
    return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
  }
  return type.scalar === 'string' && (typeof value === 'number' || typeof value === 'bigint') ? String(value) : null;
}
