/** SPEC §6.4. */
export const wedgeTimes = {
  /** So many intervals without progress count as wedged, if that is longer than the threshold. */
  intervals: 5,
  reinitializeMs: 10_000,
  /** So many wedges within the window, and the driver is no longer helped. */
  wedges: 3,
  windowMs: 3_600_000,
} as const;

/** What the rule remembers about one driver. Times on the monotonic clock. */
export interface WedgeState {
  readonly phase: Watching | Reinitializing;
  /** Of the wedges within the last hour, over all processes of the driver. */
  readonly wedgeTimesMs: readonly number[];
  /** Undefined before the first tick. */
  readonly last: WedgeSample | undefined;
}

export interface Watching {
  readonly name: 'watching';
  /** For how long work has been pending without progress. */
  readonly quietMs: number;
}

/** The first rung of the ladder was taken. */
export interface Reinitializing {
  readonly name: 'reinitializing';
  readonly sinceMs: number;
  /** What is left of the time that it gets to show an effect. */
  readonly leftMs: number;
  /** The session answered that it cannot: no need to wait any longer. */
  readonly refused: boolean;
}

export const newWedge: WedgeState = { phase: { name: 'watching', quietMs: 0 }, wedgeTimesMs: [], last: undefined };

/** The driver at one look. */
export interface WedgeSample {
  readonly atMs: number;
  readonly healthy: boolean;
  readonly pendingWork: boolean;
  readonly progress: number;
  readonly longestIntervalMs: number;
  readonly isolation: 'in-process' | 'host';
  /** Another value means another process: what was held against the last one is forgotten. */
  readonly session: string;
}

export interface WedgePolicy {
  readonly thresholdMs: number;
  /** Planned time between two looks. No more than this is counted: a look that comes later was held up by the gateway itself. */
  readonly lookMs: number;
}

export type WedgeEffect =
  | { readonly type: 'reinitialize'; readonly atMs: number; readonly quietMs: number }
  | { readonly type: 'recovered' }
  | { readonly type: 'recycle' | 'fault' | 'open-crash-loop'; readonly reason: string };

export interface WedgeStep {
  readonly state: WedgeState;
  readonly effects: readonly WedgeEffect[];
}

/** Without progress for this long, a driver with work to do is wedged. */
export function wedgeLimitMs(longestIntervalMs: number, { thresholdMs }: Pick<WedgePolicy, 'thresholdMs'>): number {
  return Math.max(wedgeTimes.intervals * longestIntervalMs, thresholdMs);
}

/** One look further. Pure. */
export function wedgeStep(before: WedgeState, sample: WedgeSample, policy: WedgePolicy): WedgeStep {
  const { last } = before;
  const state: WedgeState = { ...before, last: sample };
  if (last?.session !== sample.session) return watch(state, 0);
  const moved = sample.progress !== last.progress;
  const elapsedMs = Math.min(sample.atMs - last.atMs, policy.lookMs);
  if (before.phase.name === 'reinitializing') {
    return onLadder(state, { ...before.phase, leftMs: before.phase.leftMs - elapsedMs }, sample, moved);
  }
  if (moved || !isWaiting(last) || !isWaiting(sample)) return watch(state, 0);
  const quietMs = before.phase.quietMs + elapsedMs;
  if (quietMs < wedgeLimitMs(sample.longestIntervalMs, policy)) return watch(state, quietMs);
  return onWedge(state, sample, quietMs);
}

/** The session answered the request of `atMs` with no, or with an error. Too late an answer changes nothing. */
export function reinitializeRefused(state: WedgeState, atMs: number): WedgeState {
  const { phase } = state;
  const awaited = phase.name === 'reinitializing' && phase.sinceMs === atMs;
  return awaited ? { ...state, phase: { ...phase, refused: true } } : state;
}

function isWaiting({ healthy, pendingWork }: WedgeSample): boolean {
  return healthy && pendingWork;
}

function watch(state: WedgeState, quietMs: number, ...effects: WedgeEffect[]): WedgeStep {
  return { state: { ...state, phase: { name: 'watching', quietMs } }, effects };
}

function onWedge(before: WedgeState, sample: WedgeSample, quietMs: number): WedgeStep {
  const { atMs, longestIntervalMs } = sample;
  const recent = before.wedgeTimesMs.filter((timeMs) => atMs - timeMs < wedgeTimes.windowMs);
  const state = { ...before, wedgeTimesMs: [...recent, atMs].slice(-wedgeTimes.wedges) };
  if (state.wedgeTimesMs.length >= wedgeTimes.wedges) return watch(state, 0, giveUp(sample));
  const leftMs = Math.max(wedgeTimes.reinitializeMs, 2 * longestIntervalMs);
  return {
    state: { ...state, phase: { name: 'reinitializing', sinceMs: atMs, leftMs, refused: false } },
    effects: [{ type: 'reinitialize', atMs, quietMs }],
  };
}

/** A driver that lost its health on the way is no longer wedged: whatever is wrong now is for others to mend. */
function onLadder(state: WedgeState, phase: Reinitializing, sample: WedgeSample, moved: boolean): WedgeStep {
  if (moved) return watch(state, 0, { type: 'recovered' });
  if (!phase.refused && phase.leftMs > 0) return { state: { ...state, phase }, effects: [] };
  if (!isWaiting(sample)) return watch(state, 0);
  const reason = 'no progress although work is pending, and beginning anew did not help';
  return watch(state, 0, { type: sample.isolation === 'host' ? 'recycle' : 'fault', reason });
}

function giveUp({ isolation }: WedgeSample): WedgeEffect {
  const reason = `${wedgeTimes.wedges} wedges within an hour`;
  return { type: isolation === 'host' ? 'open-crash-loop' : 'fault', reason };
}
