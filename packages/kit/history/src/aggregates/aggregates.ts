import { isNumericColumn, type DataType } from '@fieldwarden/core';
import type { HistoryAggregateName } from '@fieldwarden/service';
import { endBound, interpolative, startBound } from './bound-aggregates.js';
import { delta, maximum, minimum, range } from './extremes.js';
import type { Cell, IntervalView } from './interval-view.js';
import {
  durationBad,
  durationGood,
  percentBad,
  percentGood,
  timeAverage,
  timeAverage2,
  total,
} from './time-aggregates.js';
import { numberOfTransitions } from './transitions.js';
import { average, count, standardDeviation, worstQuality } from './value-aggregates.js';

export interface Aggregate {
  /** Values it can be made of: of all types · of numbers, and bool as 0 and 1 · of numbers only. */
  readonly inputs: 'all' | 'numbers-and-bools' | 'numbers';
  /** True: the answer has the tag's own type, else it is a float64. */
  readonly isOwnType: boolean;
  /** False: no answer of it is ever called partial. */
  readonly isPartialTold: boolean;
  /** False: it extrapolates, so that after the last value an interval is as complete as it gets. */
  readonly endsWithData: boolean;
  /** True: statuses alone count, so that NaN with a Good status is Good. */
  readonly isOfStatuses: boolean;
  readonly compute: (interval: IntervalView) => Cell;
}

const base = { isOwnType: false, isPartialTold: true, endsWithData: true, isOfStatuses: false } as const;
const ofAll = { ...base, inputs: 'all' } as const;
const ofNumbers = { ...base, inputs: 'numbers' } as const;
const ofNumbersAndBools = { ...base, inputs: 'numbers-and-bools' } as const;

/** 10000-13, tables of 5.4.3. */
export const aggregates: Readonly<Record<HistoryAggregateName, Aggregate>> = {
  average: { ...ofNumbersAndBools, isPartialTold: false, compute: average },
  minimum: { ...ofNumbers, isOwnType: true, compute: minimum },
  maximum: { ...ofNumbers, isOwnType: true, compute: maximum },
  range: { ...ofNumbers, isOwnType: true, compute: range },
  count: { ...ofAll, compute: count },
  total: { ...ofNumbersAndBools, endsWithData: false, compute: total },
  delta: { ...ofNumbers, isOwnType: true, compute: delta },
  'start-bound': { ...ofAll, isOwnType: true, compute: startBound },
  'end-bound': { ...ofAll, isOwnType: true, compute: endBound },
  interpolative: { ...ofAll, isOwnType: true, isPartialTold: false, compute: interpolative },
  'time-average': { ...ofNumbersAndBools, endsWithData: false, compute: timeAverage },
  'time-average2': { ...ofNumbersAndBools, compute: timeAverage2 },
  'duration-good': { ...ofAll, isOfStatuses: true, compute: durationGood },
  'duration-bad': { ...ofAll, isOfStatuses: true, compute: durationBad },
  'percent-good': { ...ofAll, isOfStatuses: true, compute: percentGood },
  'percent-bad': { ...ofAll, isOfStatuses: true, compute: percentBad },
  'worst-quality': { ...ofAll, compute: worstQuality },
  'number-of-transitions': { ...ofAll, compute: numberOfTransitions },
  'standard-deviation': { ...ofNumbers, compute: standardDeviation },
};

/** False: all that can be said of values of this type is `BadAggregateInvalidInputs` (10000-13, 5.4.2.3). */
export function isAggregateOf(name: HistoryAggregateName, type: DataType): boolean {
  const { inputs } = aggregates[name];
  if (inputs === 'all') return true;
  if (type.arrayLength !== undefined) return false;
  if (type.scalar === 'bool') return inputs === 'numbers-and-bools';
  return isNumericColumn(type) || type.scalar === 'int64' || type.scalar === 'uint64';
}

/** Between two points in time lies a number of ms, not a third one. */
export function typeOfAggregate(name: HistoryAggregateName, type: DataType): DataType {
  const isSpan = type.scalar === 'datetime' && (name === 'range' || name === 'delta');
  return aggregates[name].isOwnType && isAggregateOf(name, type) && !isSpan ? type : { scalar: 'float64' };
}
