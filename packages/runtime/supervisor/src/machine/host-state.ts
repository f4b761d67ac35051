/** Why a Host ended (SPEC §4.3). `refused`: exit code 78 or 55. `not-spawned`: the system gave no process, which says nothing about the driver. */
export type DeathCause = CrashCause | PlannedCause;

export type CrashCause = 'exit' | 'signal' | 'hang' | 'protocol' | 'start-timeout' | 'refused' | 'not-spawned';

export type PlannedCause = StopCause | 'cron' | 'memory-soft' | 'memory-hard' | 'wedge' | 'promotion';

/** Who wants a Host to end for good: an operator, or a configuration in which it is another one, or none. */
export type StopCause = 'operator' | 'configuration';

/** No process, and none is wanted. */
export interface Stopped {
  readonly name: 'stopped';
}

/** Spawned, not yet ready. */
export interface Starting {
  readonly name: 'starting';
  readonly spawn: number;
  readonly deadlineMs: number;
}

/** Serves calls. */
export interface Ready {
  readonly name: 'ready';
  readonly spawn: number;
  readonly readyAtMs: number;
  readonly lastPongMs: number;
  readonly inspectorOpen: boolean;
}

/** Does not answer pings; new calls are refused. */
export interface Suspect extends Omit<Ready, 'name'> {
  readonly name: 'suspect';
}

/** Asked to end: finishes its calls, then gets SIGTERM. */
export interface Draining {
  readonly name: 'draining';
  readonly spawn: number;
  readonly stage: 'drain' | 'terminate';
  readonly cause: PlannedCause;
  readonly deadlineMs: number;
  readonly then: 'respawn' | 'start' | 'stop';
}

/** On its way out, its process not yet seen to be gone. */
export interface Ending {
  readonly name: 'ending';
  readonly spawn: number;
  /** `capture`: the watchdog reports the stack · `exit`: it closed its channel, its exit is awaited · `kill`: SIGKILL was sent. */
  readonly stage: 'capture' | 'exit' | 'kill';
  readonly cause: DeathCause;
  /** When it had become ready; undefined if it never did. */
  readonly readyAtMs: number | undefined;
  readonly deadlineMs: number;
  readonly then: 'respawn' | 'start' | 'stop';
}

/** SIGKILL had no effect. No successor until the process is seen to be gone. */
export interface Unkillable extends Omit<Ending, 'name' | 'stage' | 'deadlineMs'> {
  readonly name: 'unkillable';
}

/** Waits for its next start: after a crash, or because starts are held back. */
export interface BackingOff {
  readonly name: 'backing-off';
  readonly attemptAtMs: number;
  /** The start will count as one after a crash. */
  readonly afterCrash: boolean;
}

/** Crashed too often: only an attempt now and then, or an operator. */
export interface Open {
  readonly name: 'open';
  readonly attemptAtMs: number;
}

/** Exit code 78 or 55: not started again before somebody changes something. */
export interface Refused {
  readonly name: 'refused';
}

export type HostState =
  Stopped | Starting | Ready | Suspect | Draining | Ending | Unkillable | BackingOff | Open | Refused;

export type HostStateName = HostState['name'];

/** What is remembered over states. */
export interface HostHistory {
  /** Generation number of the last process; 0 before the first. */
  readonly spawn: number;
  readonly crashTimesMs: readonly number[];
  /** Starts in a row that ended before ready. */
  readonly failedStarts: number;
  readonly backoffStep: number;
  readonly lastDelayMs: number;
  readonly breaker: 'closed' | 'open' | 'half-open';
  readonly halfOpenAttempts: number;
  readonly restarts: { readonly crash: number; readonly recycle: number; readonly operator: number };
}

export interface HostModel {
  readonly state: HostState;
  readonly history: HostHistory;
}

export const newHost: HostModel = {
  state: { name: 'stopped' },
  history: {
    spawn: 0,
    crashTimesMs: [],
    failedStarts: 0,
    backoffStep: 0,
    lastDelayMs: 0,
    breaker: 'closed',
    halfOpenAttempts: 0,
    restarts: { crash: 0, recycle: 0, operator: 0 },
  },
};

const planned: ReadonlySet<DeathCause> = new Set(['operator', 'configuration', 'cron', 'memory-soft', 'promotion']);

/** Ends that somebody wished, and that say nothing against the Host. */
export function isPlanned(cause: DeathCause): boolean {
  return planned.has(cause);
}

/** What happened. Events of a process carry its spawn number; those of an older process change nothing. */
export type HostInput =
  | { readonly type: 'start' | 'reset' | 'tick' }
  | { readonly type: 'stop'; readonly cause: StopCause }
  /** Opens the crash-loop breaker by decision: restarting does not help. */
  | { readonly type: 'trip' }
  | { readonly type: 'replace'; readonly cause: PlannedCause }
  | { readonly type: 'ready' | 'drained' | 'stack-captured'; readonly spawn: number }
  | { readonly type: 'pong'; readonly spawn: number; readonly inspectorOpen: boolean }
  | { readonly type: 'channel-lost'; readonly spawn: number; readonly cause: 'exit' | 'protocol' }
  | {
      readonly type: 'exited';
      readonly spawn: number;
      readonly exitCode: number | null;
      readonly signal: string | null;
      /** The system gave no process. */
      readonly notSpawned?: boolean;
    };

/** What is to be done about it. */
export type HostEffect =
  | { readonly type: 'spawn'; readonly spawn: number }
  | { readonly type: 'suspend' | 'resume' }
  | { readonly type: 'drain' | 'close-session' | 'terminate' | 'capture-stack' }
  /** SIGKILL; calls still pending fail with `cause`. */
  | { readonly type: 'kill'; readonly cause: DeathCause }
  /** The process is gone: fail its calls, tell everybody. */
  | { readonly type: 'down'; readonly spawn: number; readonly cause: DeathCause }
  | { readonly type: 'unkillable'; readonly spawn: number; readonly cause: DeathCause };

export interface HostStep {
  readonly model: HostModel;
  readonly effects: readonly HostEffect[];
}

/** The process that lives, or may still live, in this state. */
export function liveSpawn(state: HostState): number | undefined {
  return 'spawn' in state ? state.spawn : undefined;
}
