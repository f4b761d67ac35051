/**
 * What is to be remembered of one device over a restart of the gateway (SPEC §5.8). Plain data, for a store to keep as it is; taken
 * from `DeviceInvoker.resilienceState`, given back as the constructor's `restored`. Whatever it says, the worst that a wrong one
 * can do is a probe too early, or one interval too late.
 */
export interface DeviceResilienceState {
  /** A half-open breaker is kept as `open` with its probe due. */
  readonly breaker: 'closed' | 'open';
  /** When the interval before the next probe began: at the demotion, or when the last probe failed. ms since 1970 UTC; null while closed. */
  readonly openedAtMs: number | null;
  /** Length of that interval, milliseconds; the probe is due at `openedAtMs + probeIntervalMs`. Null while closed. */
  readonly probeIntervalMs: number | null;
  /** Openings in a row without an answer between them: what the interval has doubled by. */
  readonly openings: number;
  readonly consecutiveFailures: number;
  /** When the device was last demoted; ms since 1970 UTC. Null = never. */
  readonly lastBreakerOpenAtMs: number | null;
  /** Counted since the device was first configured, as far as anybody remembers. */
  readonly retries: number;
  readonly lateReplies: number;
}

/** The part that the breaker keeps. */
export type BreakerMemory = Pick<
  DeviceResilienceState,
  'breaker' | 'openedAtMs' | 'probeIntervalMs' | 'openings' | 'consecutiveFailures'
>;

/** A wait of an open breaker. */
export interface ProbeInterval {
  readonly openedAtMs: number;
  readonly probeIntervalMs: number;
}

/** Time until the probe is due. Time that passed while nothing ran counts; a wall clock that went back makes it one whole interval, no more. */
export function remainingProbeMs({ openedAtMs, probeIntervalMs }: ProbeInterval, wallMs: number): number {
  const elapsedMs = Math.max(0, wallMs - openedAtMs);
  return Math.max(0, probeIntervalMs - elapsedMs);
}
