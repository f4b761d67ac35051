import type { MemorySettings } from '../stability-settings.js';

/** Memory of one session: what is normal for it, and whether it still is (SPEC §6.1). */
export interface MemoryTrack {
  readonly baseline: Learning | Learnt;
  readonly level: MemoryLevel;
}

export interface Learning {
  readonly name: 'learning';
  /** Bytes, of the samples so far. */
  readonly samples: readonly number[];
}

export interface Learnt {
  readonly name: 'learnt';
  readonly bytes: number;
}

/** Which limits the last sample was above. */
export type MemoryLevel = 'Normal' | 'Soft' | 'Hard';

/** As shown: `Warming` until there is a baseline, unless the absolute cap is breached. */
export type MemoryState = 'Warming' | MemoryLevel;

export interface JudgedMemory {
  readonly bytes: number;
  /** Since the session became ready. */
  readonly readyForMs: number;
}

export interface MemoryLimits {
  /** Null until there is a baseline. */
  readonly softBytes: number | null;
  /** Null if there is neither a baseline nor a cap. */
  readonly hardBytes: number | null;
}

export type MemoryEvent =
  | { readonly type: 'baseline'; readonly bytes: number }
  | { readonly type: 'level'; readonly from: MemoryLevel; readonly to: MemoryLevel; readonly bytes: number };

export interface MemoryStep {
  readonly track: MemoryTrack;
  readonly events: readonly MemoryEvent[];
}

/**
 * A level that was reached is left only this part of the way below its limit, measured towards the next lower one: memory that
 * hovers about a limit shall not raise an event at every sample (ISA-18.2: alarm deadband).
 */
const deadband = 0.1;

const ranks: readonly MemoryLevel[] = ['Normal', 'Soft', 'Hard'];

/** Before the first sample. `baselineBytes`: of an earlier process of the same driver, if known. */
export function newMemoryTrack(baselineBytes?: number): MemoryTrack {
  const baseline: MemoryTrack['baseline'] =
    baselineBytes === undefined ? { name: 'learning', samples: [] } : { name: 'learnt', bytes: baselineBytes };
  return { baseline, level: 'Normal' };
}

/** One sample further. Pure. */
export function memoryStep(before: MemoryTrack, sample: JudgedMemory, settings: MemorySettings): MemoryStep {
  const baseline = learn(before.baseline, sample, settings);
  const level = levelOf(sample.bytes, before.level, baselineOf(baseline), settings);
  const events: MemoryEvent[] = [];
  if (before.baseline.name === 'learning' && baseline.name === 'learnt') {
    events.push({ type: 'baseline', bytes: baseline.bytes });
  }
  if (level !== before.level) events.push({ type: 'level', from: before.level, to: level, bytes: sample.bytes });
  return { track: { baseline, level }, events };
}

export function memoryState({ baseline, level }: MemoryTrack): MemoryState {
  return baseline.name === 'learning' && level === 'Normal' ? 'Warming' : level;
}

/** Bytes; null while it is being learnt. */
export function baselineOf(baseline: MemoryTrack['baseline']): number | null {
  return baseline.name === 'learnt' ? baseline.bytes : null;
}

/** Soft and hard limit for a baseline; the cap bounds both. */
export function memoryLimits(
  baselineBytes: number | null,
  { multiplier, floorBytes, capBytes }: MemorySettings,
): MemoryLimits {
  if (baselineBytes === null) return { softBytes: null, hardBytes: capBytes };
  const cap = capBytes ?? Infinity;
  const softBytes = Math.max(multiplier * baselineBytes, baselineBytes + floorBytes);
  return { softBytes: Math.min(softBytes, cap), hardBytes: Math.min(2 * softBytes, cap) };
}

/** Of an even number of values the mean of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A window without a sample, because it is shorter than the sample interval, is made up for by the first one after it. */
function learn(
  baseline: MemoryTrack['baseline'],
  { bytes, readyForMs }: JudgedMemory,
  { baselineWindowMs }: MemorySettings,
): MemoryTrack['baseline'] {
  if (baseline.name === 'learnt') return baseline;
  if (readyForMs < baselineWindowMs) return { name: 'learning', samples: [...baseline.samples, bytes] };
  return { name: 'learnt', bytes: median(baseline.samples) ?? bytes };
}

function levelOf(
  bytes: number,
  before: MemoryLevel,
  baselineBytes: number | null,
  settings: MemorySettings,
): MemoryLevel {
  const { softBytes, hardBytes } = memoryLimits(baselineBytes, settings);
  const held = (level: MemoryLevel): boolean => ranks.indexOf(before) >= ranks.indexOf(level);
  if (isAbove(bytes, hardBytes, softBytes, held('Hard'))) return 'Hard';
  return isAbove(bytes, softBytes, baselineBytes, held('Soft')) ? 'Soft' : 'Normal';
}

function isAbove(bytes: number, limit: number | null, lower: number | null, held: boolean): boolean {
  if (limit === null) return false;
  const margin = held && lower !== null ? deadband * (limit - lower) : 0;
  return bytes > limit - margin;
}
