import type { GatewayError } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import type { StopCause } from '@fieldwarden/supervisor';
import type { DriverSettings } from '../driver-settings.js';

export type Isolation = 'in-process' | 'host';

/** Why a running session is replaced (SPEC §4.3). */
export type RecycleCause = 'operator' | 'cron' | 'memory-soft' | 'memory-hard' | 'wedge' | 'promotion';

/** Where a driver instance lives: in this process or in a Host. The instance does not know which. */
export interface SessionHome {
  readonly isolation: Isolation;
  /** Undefined while there is nobody to ask. */
  readonly session: DriverSession | undefined;
  readonly phase: HomePhase;
  readonly facts: HomeFacts;
  /** Resolves when the session is ready, or when it is clear that it is not (yet); never rejects. */
  start(): Promise<void>;
  /** Resolves when nothing of the session is left; never rejects. */
  stop(cause?: StopCause): Promise<void>;
  /** What takes effect while the session runs. */
  configure(driver: DriverSettings): void;
  /** Drains, ends and starts the Host again. Resolves when that is ready or failed; rejects for a home that is no Host. */
  recycle(cause: RecycleCause): Promise<void>;
  /** Asks the Host to collect its garbage; nothing in-process. */
  requestGc(): void;
  /** Takes the driver out of service until an operator acts: in-process `failed`, a Host's crash-loop breaker open. */
  giveUp(error: GatewayError): void;
  /** Closes an open crash-loop breaker and tries again. */
  reset(): Promise<void>;
}

/** `failed` is final until an operator or a new configuration; `recovering` gets better by itself. */
export type HomePhase =
  | { readonly type: 'stopped' }
  | { readonly type: 'starting' }
  | { readonly type: 'ready' }
  /** On its way to `stopped`, or to another start that an operator asked for. */
  | { readonly type: 'stopping' }
  | { readonly type: 'recovering'; readonly error: GatewayError }
  | { readonly type: 'failed'; readonly error: GatewayError };

/** Told by a home, synchronously, so that values turn Bad in the tick in which a Host dies. */
export interface HomeListener {
  ready(): void;
  lost(loss: HomeLoss): void;
  phaseChanged(): void;
}

export interface HomeLoss {
  readonly error: GatewayError;
  /** Somebody asked for it, so it is no failure. */
  readonly planned: boolean;
  readonly cause: string;
  readonly spawn: number;
  /** Under which the post-mortem is kept; undefined for planned ends. */
  readonly postMortemId: string | undefined;
}

/** What is known about the process behind a session; nulls where there is none. */
export interface HomeFacts {
  readonly pid: number | null;
  readonly spawn: number | null;
  /** Since the session became ready. */
  readonly upMs: number | null;
  readonly crashes: number;
  readonly recycles: number;
  readonly crashLoop: 'closed' | 'open' | 'half-open';
  readonly nextAttemptAtMs: number | null;
  readonly heartbeatMs: number | null;
  readonly memoryBytes: number | null;
  readonly cpuPercent: number | null;
  readonly lateReplies: number;
  readonly lastCause: string | null;
  /** When a planned restart last put another process in place; ms since 1970 UTC. */
  readonly lastRecycleAtMs: number | null;
}

export const noProcess: HomeFacts = {
  pid: null,
  spawn: null,
  upMs: null,
  crashes: 0,
  recycles: 0,
  crashLoop: 'closed',
  nextAttemptAtMs: null,
  heartbeatMs: null,
  memoryBytes: null,
  cpuPercent: null,
  lateReplies: 0,
  lastCause: null,
  lastRecycleAtMs: null,
};
