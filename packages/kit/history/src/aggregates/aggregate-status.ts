import { isBad, isGood, statusCodes } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration } from '@fieldwarden/service';

/**
 * Info bits of a StatusCode that says where a value of history is from (OPC 10000-4, 7.39.1, and 10000-13, 5.3.3). All but `raw`, which
 * is 0, come with `infoType`.
 */
const infoType = 0x400;
export const historianBits = {
  calculated: infoType | 0x01,
  interpolated: infoType | 0x02,
  partial: infoType | 0x04,
  extraData: infoType | 0x08,
  multiValue: infoType | 0x10,
} as const;

/** The code without info bits. */
export function codeOf(status: number): number {
  return (status & 0xffff0000) >>> 0;
}

export function withBits(status: number, bits: number): number {
  return (status | bits) >>> 0;
}

/** 0 Good · 1 Uncertain · 2 Bad. */
export function severityOf(status: number): number {
  return Math.min(status >>> 30, 2);
}

/** What a reader chose to count as non-Bad (10000-13, 4.2.1.2). */
export function isUsable(status: number, { treatUncertainAsBad }: HistoryAggregateConfiguration): boolean {
  return treatUncertainAsBad ? isGood(status) : !isBad(status);
}

/** How much of an interval is Good and Bad: of values, or ms. What is neither is Uncertain. */
export interface Shares {
  readonly good: number;
  readonly bad: number;
  readonly total: number;
}

/** 10000-13, 5.4.3.2.1: first whether it is Bad, then whether it is Good; Uncertain counts for neither. */
export function statusOfShares(
  { good, bad, total }: Shares,
  { percentDataGood, percentDataBad }: HistoryAggregateConfiguration,
): number {
  if (total === 0) return statusCodes.Good;
  if (bad > 0 && (bad / total) * 100 >= percentDataBad) return statusCodes.Bad;
  if ((good / total) * 100 >= percentDataGood) return statusCodes.Good;
  return statusCodes.UncertainDataSubNormal;
}

/** 10000-13, 4.2.1.2. */
export function isConfigurationValid({ percentDataGood, percentDataBad }: HistoryAggregateConfiguration): boolean {
  const areShares = [percentDataGood, percentDataBad].every((share) => share >= 0 && share <= 100);
  return areShares && percentDataGood >= 100 - percentDataBad;
}
