import type { Finding } from './finding.js';

export interface Band {
  readonly setpoint: number;
  /** ≥ 0; a negative one out of a tag counts as 0. */
  readonly band: number;
  /** ≥ 0. */
  readonly deadband: number;
}

/** Beyond the band on either side, until it is back within the band less the deadband. */
export function judgeDeviation(value: number, { setpoint, band, deadband }: Band, before: Finding): Finding {
  const deviation = value - setpoint;
  const allowed = Math.max(0, band);
  if (deviation > left(allowed, deadband, before === 'high')) return 'high';
  if (-deviation > left(allowed, deadband, before === 'low')) return 'low';
  return 'normal';
}

/** A deadband wider than the band leaves it at the setpoint. */
const left = (band: number, deadband: number, was: boolean): number => (was ? Math.max(0, band - deadband) : band);
