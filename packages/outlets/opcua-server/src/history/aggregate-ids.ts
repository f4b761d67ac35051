import type { HistoryAggregateName } from '@fieldwarden/service';
import { ObjectIds, type NodeId } from 'node-opcua';

/** The aggregate functions that are served, by the `i=` of their nodes (OPC 10000-13, 5.4). */
export const aggregateIds: ReadonlyMap<number, HistoryAggregateName> = new Map([
  [ObjectIds.AggregateFunction_Interpolative, 'interpolative'],
  [ObjectIds.AggregateFunction_Average, 'average'],
  [ObjectIds.AggregateFunction_TimeAverage, 'time-average'],
  [ObjectIds.AggregateFunction_TimeAverage2, 'time-average2'],
  [ObjectIds.AggregateFunction_Total, 'total'],
  [ObjectIds.AggregateFunction_Minimum, 'minimum'],
  [ObjectIds.AggregateFunction_Maximum, 'maximum'],
  [ObjectIds.AggregateFunction_Range, 'range'],
  [ObjectIds.AggregateFunction_Count, 'count'],
  [ObjectIds.AggregateFunction_Delta, 'delta'],
  [ObjectIds.AggregateFunction_StartBound, 'start-bound'],
  [ObjectIds.AggregateFunction_EndBound, 'end-bound'],
  [ObjectIds.AggregateFunction_DurationGood, 'duration-good'],
  [ObjectIds.AggregateFunction_DurationBad, 'duration-bad'],
  [ObjectIds.AggregateFunction_PercentGood, 'percent-good'],
  [ObjectIds.AggregateFunction_PercentBad, 'percent-bad'],
  [ObjectIds.AggregateFunction_WorstQuality, 'worst-quality'],
  [ObjectIds.AggregateFunction_NumberOfTransitions, 'number-of-transitions'],
  [ObjectIds.AggregateFunction_StandardDeviationSample, 'standard-deviation'],
]);

export function aggregateOf({ namespace, value }: NodeId): HistoryAggregateName | undefined {
  return namespace === 0 && typeof value === 'number' ? aggregateIds.get(value) : undefined;
}
