import { isGood } from '@fieldwarden/core';
import { type ByteReader } from '../bytes/byte-reader.js';
import { type ByteWriter } from '../bytes/byte-writer.js';
import type { HistoryColumn } from './history-column.js';

/** What a block answers without being unpacked. Figures are of its Good values; those of numbers are NaN where there are none. */
export interface BlockSummary {
  readonly count: number;
  readonly goodCount: number;
  /** Of the first and the last value, whatever their status. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** Value × ms from the first to the last value, each held until the next; NaN unless all are Good. */
  readonly heldIntegral: number;
  /** The same with straight lines between the values. */
  readonly slopedIntegral: number;
  /** The worst by severity. */
  readonly worstStatus: number;
}

export function summaryOf({ timesMs, statuses, values }: HistoryColumn): BlockSummary {
  const count = timesMs.length;
  const numbers = values.kind === 'numbers' ? values.numbers : undefined;
  const absent = values.kind === 'numbers' ? values.absent : undefined;
  let goodCount = 0;
  let [min, max, sum, heldIntegral, slopedIntegral] = [Infinity, -Infinity, 0, 0, 0];
  let worstStatus = 0;
  for (let i = 0; i < count; i += 1) {
    const status = statuses[i];
    if (status >>> 30 > worstStatus >>> 30) worstStatus = status;
    if (!isGood(status)) continue;
    goodCount += 1;
    if (!numbers || absent?.[i] === 1) continue;
    const value = numbers[i];
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    if (i + 1 < count) {
      const forMs = timesMs[i + 1] - timesMs[i];
      heldIntegral += value * forMs;
      slopedIntegral += ((value + numbers[i + 1]) / 2) * forMs;
    }
  }
  const isWhole = numbers !== undefined && goodCount === count && !absent?.includes(1);
  const hasNumbers = numbers !== undefined && goodCount > 0;
  return {
    count,
    goodCount,
    firstAtMs: count > 0 ? timesMs[0] : Number.NaN,
    lastAtMs: count > 0 ? timesMs[count - 1] : Number.NaN,
    first: numbers && count > 0 ? numbers[0] : Number.NaN,
    last: numbers && count > 0 ? numbers[count - 1] : Number.NaN,
    min: hasNumbers ? min : Number.NaN,
    max: hasNumbers ? max : Number.NaN,
    sum: hasNumbers ? sum : Number.NaN,
    heldIntegral: isWhole ? heldIntegral : Number.NaN,
    slopedIntegral: isWhole ? slopedIntegral : Number.NaN,
    worstStatus,
  };
}

export function writeSummary(summary: BlockSummary, bytes: ByteWriter): void {
  bytes.varint(summary.count);
  bytes.varint(summary.goodCount);
  bytes.varint(summary.worstStatus);
  bytes.float64(summary.firstAtMs);
  bytes.float64(summary.lastAtMs);
  bytes.float64(summary.first);
  bytes.float64(summary.last);
  bytes.float64(summary.min);
  bytes.float64(summary.max);
  bytes.float64(summary.sum);
  bytes.float64(summary.heldIntegral);
  bytes.float64(summary.slopedIntegral);
}

/** In the order in which they were written; a month of one tag has thousands of heads. */
export function readSummary(reader: ByteReader): BlockSummary {
  return {
    count: reader.varint(),
    goodCount: reader.varint(),
    worstStatus: reader.varint(),
    firstAtMs: reader.float64(),
    lastAtMs: reader.float64(),
    first: reader.float64(),
    last: reader.float64(),
    min: reader.float64(),
    max: reader.float64(),
    sum: reader.float64(),
    heldIntegral: reader.float64(),
    slopedIntegral: reader.float64(),
  };
}
