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

/** By tag: how many rows, then where the next one goes. All 0 between two calls. */
let scratch = new Uint32Array(1_024);

/** Counts, then places: no comparison, no object per row. */
export function sortByTag(batch: RowBatch): SortedRows {
  const { tags, count } = batch;
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const tag = tags[i];
    if (tag >= scratch.length) scratch = grown(tag);
    if (scratch[tag] === 0) found.push(tag);
    scratch[tag] += 1;
  }
  const tagIds = Uint32Array.from(found).sort();
  const starts = new Uint32Array(tagIds.length + 1);
  for (let i = 0; i < tagIds.length; i += 1) {
    starts[i + 1] = starts[i] + scratch[tagIds[i]];
    scratch[tagIds[i]] = starts[i];
  }
  const rows = columnsOver(new ArrayBuffer(count * rowBytes), count);
  const objects = new Map<number, TagValue>();
  for (let i = 0; i < count; i += 1) {
    const at = scratch[tags[i]];
    scratch[tags[i]] = at + 1;
    rows.tags[at] = tags[i];
    rows.timesMs[at] = batch.timesMs[i];
    rows.values[at] = batch.values[i];
    rows.statuses[at] = batch.statuses[i];
    if (batch.objects.size > 0) {
      const object = batch.objects.get(i);
      if (object !== undefined) objects.set(at, object);
    }
  }
  for (const tag of found) scratch[tag] = 0;
  return { rows: { ...rows, count, objects }, tagIds, starts };
}

function grown(tag: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(tag + 1, 2 * scratch.length));
  larger.set(scratch);
  return larger;
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
