import { isNumericColumn, silentLogger, systemClock, type DataType, type TagValue } from '@fieldwarden/core';
import { columnsOver, rowBytes, type RowBatch } from '../records/row-batch.js';
import { HistoryStore, type HistoryStoreOptions } from '../store/history-store.js';

export const wideLimits = { retentionDays: 36_500, maxBytes: 2 ** 40 };

export function openStore(folder: string, options: Partial<HistoryStoreOptions> = {}): Promise<HistoryStore> {
  return HistoryStore.open({ folder, limits: wideLimits, clock: systemClock, logger: silentLogger, ...options });
}

/** `[number of the tag, time, value, status]` of each row. */
export type TestRow = readonly [tag: number, atMs: number, value: TagValue | null, status?: number];

export function batchOf(...rows: readonly TestRow[]): RowBatch {
  const columns = columnsOver(new ArrayBuffer(rowBytes * rows.length), rows.length);
  const objects = new Map<number, TagValue>();
  for (const [i, [tag, atMs, value, status = 0]] of rows.entries()) {
    columns.tags[i] = tag;
    columns.timesMs[i] = atMs;
    columns.values[i] = typeof value === 'number' || typeof value === 'boolean' ? Number(value) : NaN;
    columns.statuses[i] = status;
    if (value !== null && typeof value !== 'number' && typeof value !== 'boolean') objects.set(i, value);
  }
  return { ...columns, count: rows.length, objects };
}

export function define(
  store: HistoryStore,
  number: number,
  path: string,
  type: DataType = { scalar: 'float64' },
): void {
  store.define([{ number, path, type, stepped: false }]);
}

/** All that is kept of a path: time, value (null: none), and the status where it is not Good. */
export function kept(store: HistoryStore, path: string): readonly (readonly [number, TagValue | null, number?])[] {
  const source = store.source(path);
  if (!source) return [];
  return [...source.from(-Infinity).later()].flatMap((piece) => {
    const { type, timesMs, statuses, values } = piece.column();
    return Array.from(timesMs, (atMs, i) => {
      const number = values.kind === 'numbers' ? values.numbers[i] : NaN;
      const isNone =
        values.kind === 'numbers' && (values.absent?.[i] === 1 || (Number.isNaN(number) && statuses[i] !== 0));
      const value = values.kind === 'objects' ? values.objects[i] : isNone || !isNumericColumn(type) ? null : number;
      return statuses[i] === 0 ? ([atMs, value] as const) : ([atMs, value, statuses[i]] as const);
    });
  });
}
