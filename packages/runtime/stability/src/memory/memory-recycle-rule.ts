import type { MemoryLevel } from './memory-rule.js';

/** SPEC §6.2. An explicit collection took 2 s to give back what a burst of browsing had left behind. */
export const memoryRecycleTimes = {
  softForMs: 60_000,
  gcSettleMs: 5_000,
  apartMs: 30 * 60_000,
  maxApartMs: 24 * 3_600_000,
  /** After so long without a recycle the next one is a first one again. */
  forgivenAfterMs: 48 * 3_600_000,
  /** From this recycle in a row on, somebody is told: the driver leaks. */
  alarmAt: 3,
} as const;

const { softForMs, gcSettleMs, apartMs, maxApartMs, forgivenAfterMs, alarmAt } = memoryRecycleTimes;

/** What the rule remembers about one driver, over the processes of its Host. Times on the monotonic clock. */
export interface MemoryRecycleState {
  readonly hardInARow: number;
  /** Since when memory is above the soft limit, without a pause. */
  readonly softSinceMs: number | null;
  /** When a collection was asked for in this soft breach. */
  readonly gcAskedAtMs: number | null;
  /** Recycles in a row. */
  readonly recycles: number;
  readonly lastRecycleAtMs: number | null;
  /** A recycle is due but too close to the last one, and that has been told. */
  readonly heldBack: boolean;
}

export const newMemoryRecycle: MemoryRecycleState = {
  hardInARow: 0,
  softSinceMs: null,
  gcAskedAtMs: null,
  recycles: 0,
  lastRecycleAtMs: null,
  heldBack: false,
};

export interface LevelSample {
  readonly level: MemoryLevel;
  readonly atMs: number;
}

type MemoryCause = 'memory-hard' | 'memory-soft';

export type MemoryRecycleEffect =
  | { readonly type: 'request-gc' }
  | { readonly type: 'recycle'; readonly cause: MemoryCause; readonly recycles: number; readonly alarm: boolean }
  /** Told once per breach: nothing happens before `untilMs`. */
  | { readonly type: 'hold-back'; readonly cause: MemoryCause; readonly untilMs: number };

export interface MemoryRecycleStep {
  readonly state: MemoryRecycleState;
  readonly effects: readonly MemoryRecycleEffect[];
}

/** One sample further. Pure. For Hosts only. */
export function memoryRecycleStep(
  before: MemoryRecycleState,
  sample: LevelSample,
  settings: { readonly recycleOnSoft: boolean },
): MemoryRecycleStep {
  const state = observe(before, sample);
  const cause = causeOf(state, sample, settings);
  if (cause !== undefined) return recycle(state, cause, sample.atMs);
  return asksForGc(state, sample, settings)
    ? { state: { ...state, gcAskedAtMs: sample.atMs }, effects: [{ type: 'request-gc' }] }
    : { state, effects: [] };
}

/** Another process has taken over: its memory is judged from the start, the distance between recycles is kept. */
export function afterRespawn({ recycles, lastRecycleAtMs }: MemoryRecycleState): MemoryRecycleState {
  return { ...newMemoryRecycle, recycles, lastRecycleAtMs };
}

/** Least distance to the recycle that follows the `recycles`th in a row. */
export function recycleDistanceMs(recycles: number): number {
  return recycles === 0 ? 0 : Math.min(apartMs * 2 ** (recycles - 1), maxApartMs);
}

function observe(before: MemoryRecycleState, { level, atMs }: LevelSample): MemoryRecycleState {
  if (level === 'Normal') return afterRespawn(before);
  return {
    ...before,
    hardInARow: level === 'Hard' ? before.hardInARow + 1 : 0,
    softSinceMs: before.softSinceMs ?? atMs,
  };
}

function causeOf(
  { hardInARow, softSinceMs, gcAskedAtMs }: MemoryRecycleState,
  { atMs }: LevelSample,
  { recycleOnSoft }: { readonly recycleOnSoft: boolean },
): MemoryCause | undefined {
  if (hardInARow >= 2) return 'memory-hard';
  if (!recycleOnSoft || softSinceMs === null || gcAskedAtMs === null) return undefined;
  return atMs - softSinceMs >= softForMs && atMs - gcAskedAtMs >= gcSettleMs ? 'memory-soft' : undefined;
}

/** Before either verdict: at the first hard sample of a breach, and when a soft one has lasted. */
function asksForGc(
  { hardInARow, softSinceMs, gcAskedAtMs }: MemoryRecycleState,
  { atMs }: LevelSample,
  { recycleOnSoft }: { readonly recycleOnSoft: boolean },
): boolean {
  if (gcAskedAtMs !== null || softSinceMs === null) return false;
  return hardInARow === 1 || (recycleOnSoft && atMs - softSinceMs >= softForMs);
}

function recycle(state: MemoryRecycleState, cause: MemoryCause, atMs: number): MemoryRecycleStep {
  const inARow = isForgiven(state, atMs) ? 0 : state.recycles;
  const untilMs = (state.lastRecycleAtMs ?? -Infinity) + recycleDistanceMs(inARow);
  if (atMs < untilMs) {
    const effects = state.heldBack ? [] : [{ type: 'hold-back', cause, untilMs } as const];
    return { state: { ...state, heldBack: true }, effects };
  }
  const recycles = inARow + 1;
  return {
    state: { ...newMemoryRecycle, recycles, lastRecycleAtMs: atMs },
    effects: [{ type: 'recycle', cause, recycles, alarm: recycles >= alarmAt }],
  };
}

function isForgiven({ lastRecycleAtMs }: MemoryRecycleState, atMs: number): boolean {
  return lastRecycleAtMs !== null && atMs - lastRecycleAtMs >= forgivenAfterMs;
}
