import type { Finding } from './finding.js';

export interface Limits {
  readonly lowLow: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly highHigh: number | undefined;
  /** ≥ 0. */
  readonly deadband: number;
}

/**
 * A limit counts when the value reaches it, and until the value is back by more than the deadband: with `high: 80` and `deadband: 1`
 * from 80 up, until below 79. The outer limits go first. Where limits come from tags they may be in any order.
 */
export function judgeLimits(value: number, limits: Limits, before: Finding): Finding {
  const { lowLow, low, high, highHigh, deadband } = limits;
  if (highHigh !== undefined && value >= highHigh - (before === 'highHigh' ? deadband : 0)) return 'highHigh';
  if (lowLow !== undefined && value <= lowLow + (before === 'lowLow' ? deadband : 0)) return 'lowLow';
  // Beyond the outer limit was beyond the inner one as well: the deadband of both goes on.
  const wasHigh = before === 'high' || before === 'highHigh';
  if (high !== undefined && value >= high - (wasHigh ? deadband : 0)) return 'high';
  const wasLow = before === 'low' || before === 'lowLow';
  if (low !== undefined && value <= low + (wasLow ? deadband : 0)) return 'low';
  return 'normal';
}
