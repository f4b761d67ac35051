/** The `supervision` block of a driver in the plant document. Durations in ms. */
export interface SupervisionSettings {
  readonly pingMs: number;
  /** Without a pong for so long, new calls fail at once. */
  readonly suspectMs: number;
  /** Without a pong for so long, the Host is killed. */
  readonly hangKillMs: number;
  /** From spawn to ready. */
  readonly startBudgetMs: number;
  /** For calls in flight when the Host is asked to stop. */
  readonly drainMs: number;
  readonly backoff: {
    readonly initialMs: number;
    readonly maxMs: number;
    /** Fraction by which each delay is spread to both sides. */
    readonly jitter: number;
    /** Ready for so long, and for twice the last delay, the next crash starts again from `initialMs`. */
    readonly resetMs?: number;
    /** A Host that was ready, and whose crash is the only one within `crashLoop.windowMs`, is started again without a wait. Default: no. */
    readonly firstAtOnce?: boolean;
  };
  readonly crashLoop: {
    /** So many crashes within `windowMs` open the breaker. */
    readonly crashes: number;
    readonly windowMs: number;
    /** So many starts in a row that never became ready open it too. */
    readonly failedStarts?: number;
    /** Waits before the attempts of an open breaker; the last one repeats. */
    readonly halfOpenMs?: readonly number[];
    /** Ready for so long closes the breaker. */
    readonly closeAfterMs?: number;
  };
  /** Allows a second process beside the first while it is replaced. */
  readonly overlap: boolean;
  /** From SIGTERM to SIGKILL. */
  readonly terminateMs?: number;
  /** From SIGKILL until the process counts as unkillable. */
  readonly killMs?: number;
  /** For the watchdog of a hung Host to report where its main thread stands. */
  readonly stackCaptureMs?: number;
  /** A Host that closed its channel has so long to exit. */
  readonly exitWaitMs?: number;
}

type DeepRequired<T> = {
  readonly [K in keyof T]-?: T[K] extends object | undefined ? DeepRequired<NonNullable<T[K]>> : T[K];
};

/** Settings with every default filled in: what the rules work with. */
export type SupervisionPolicy = DeepRequired<Omit<SupervisionSettings, 'crashLoop'>> & {
  readonly crashLoop: Required<SupervisionSettings['crashLoop']>;
};

/** SPEC §4.2, §4.4, §4.5. */
export const defaultSupervision: SupervisionPolicy = {
  pingMs: 1_000,
  suspectMs: 3_000,
  hangKillMs: 15_000,
  startBudgetMs: 60_000,
  drainMs: 10_000,
  backoff: { initialMs: 250, maxMs: 60_000, jitter: 0.2, resetMs: 300_000, firstAtOnce: false },
  crashLoop: {
    crashes: 5,
    windowMs: 300_000,
    failedStarts: 3,
    halfOpenMs: [60_000, 300_000, 900_000],
    closeAfterMs: 600_000,
  },
  overlap: false,
  terminateMs: 5_000,
  killMs: 5_000,
  stackCaptureMs: 1_000,
  exitWaitMs: 1_000,
};

/** Settings as written → policy. */
export function supervisionPolicy(settings: SupervisionSettings): SupervisionPolicy {
  return {
    ...defaultSupervision,
    ...settings,
    backoff: { ...defaultSupervision.backoff, ...settings.backoff },
    crashLoop: { ...defaultSupervision.crashLoop, ...settings.crashLoop },
  };
}
