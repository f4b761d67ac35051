import type { TagValue } from '@fieldwarden/core';
import { columnsOver, rowBytes, type RowBatch } from '../records/row-batch.js';

/** Rows by tag; those of a tag in the order in which they came. */
export interface SortedRows {
  readonly rows: RowBatch;
  /** Tags that have any, ascending. */
  readonly tagIds: Uint32Array;
  /** Where the rows of `tagIds[i]` begin; one more entry, the end. */
  readonly starts: Uint32Array;
}

/** Counts, then places: no comparison, no object per row. */
export function sortByTag(batch: RowBatch): SortedRows {
  const { tags, count } = batch;
  const counts = new Map<number, number>();
  for (let i = 0; i < count; i += 1) counts.set(tags[i], (counts.get(tags[i]) ?? 0) + 1);
  const tagIds = Uint32Array.from(counts.keys()).sort();
  const starts = new Uint32Array(tagIds.length + 1);
  const next = new Map<number, number>();
  for (const [i, id] of tagIds.entries()) {
    next.set(id, starts[i]);
    starts[i + 1] = starts[i] + counts.get(id)!;
  }
  const rows = columnsOver(new ArrayBuffer(count * rowBytes), count);
  const objects = new Map<number, TagValue>();
  for (let i = 0; i < count; i += 1) {
    const at = next.get(tags[i])!;
    next.set(tags[i], at + 1);
    rows.tags[at] = tags[i];
    rows.timesMs[at] = batch.timesMs[i];
    rows.values[at] = batch.values[i];
    rows.statuses[at] = batch.statuses[i];
    if (batch.objects.size > 0) {
      const object = batch.objects.get(i);
      if (object !== undefined) objects.set(at, object);
    }
  }
  return { rows: { ...rows, count, objects }, tagIds, starts };
}

/** The rows of a tag: from, to. */
export function rowsOfTag({ tagIds, starts }: SortedRows, tagId: number): readonly [from: number, to: number] {
  let [low, high] = [0, tagIds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tagIds[middle] < tagId) low = middle + 1;
    else high = middle;
  }
  return tagIds[low] === tagId ? [starts[low], starts[low + 1]] : [0, 0];
}
