import type { HistoryAggregateConfiguration, HistoryRows } from '@fieldwarden/service';
import type { BlockSource } from '../reading/block-source.js';
import { RowsBuilder } from '../reading/rows-builder.js';
import { Timeline } from '../reading/timeline.js';
import { Bounds } from './bounds.js';

/**
 * One row per time, in the order in which they are asked for (10000-11, 6.5.5.2): the value that stands there, whatever its quality, else what is
 * interpolated by the interpolated or the simple bounding rule, or `BadNoData`.
 */
export function atTime(
  source: BlockSource,
  timesMs: readonly number[],
  simpleBounds: boolean,
  configuration: HistoryAggregateConfiguration,
): HistoryRows {
  const timeline = new Timeline(source);
  const bounds = new Bounds(timeline, configuration);
  const inOrder = timesMs.map((timeMs, at) => ({ timeMs, at })).sort((a, b) => a.timeMs - b.timeMs);
  const found = new Array<{ readonly status: number; readonly value: ReturnType<Bounds['simple']>['value'] }>(
    timesMs.length,
  );
  for (const { timeMs, at } of inOrder) {
    const standing = bounds.standing(timeMs);
    found[at] = standing ?? (simpleBounds ? bounds.simple(timeMs) : bounds.interpolated(timeMs));
  }
  const rows = new RowsBuilder(source.type);
  for (const [at, { status, value }] of found.entries()) rows.add(timesMs[at], status, value);
  return rows.rows();
}
