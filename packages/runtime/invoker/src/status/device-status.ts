import type { GatewayError } from '@fieldwarden/core';
import type { BreakerState } from '../pipeline/device-breaker.js';

/** What a device looks like from the calls made to it; `disabled` is the instance's word, not the invoker's. */
export type ReachedState = 'unknown' | 'connected' | 'unreachable' | 'demoted';

export interface DeviceStatus {
  readonly state: ReachedState;
  /** Since when it has answered, or has not; a demoted one has not answered since then. ms since 1970 UTC. */
  readonly reachedAtMs: number;
  /** The same as a length of time, which no step of the clock changes. */
  readonly reachedForMs: number;
  readonly breaker: BreakerState;
  readonly consecutiveFailures: number;
  /** Calls waiting or running. */
  readonly depth: number;
  readonly retries: number;
  readonly lateReplies: number;
  readonly lastBreakerOpenAtMs: number | undefined;
  /** Reads, subscriptions and the like that the driver is busy with; nothing that acts on the device. */
  readonly exchanging: number;
  /** Calls given up since the driver last answered one, good or bad. */
  readonly unanswered: number;
  /** The last word of the driver itself was good: what timed out since without a word does not count. */
  readonly saidConnected: boolean;
  readonly lastError: { readonly error: GatewayError; readonly atMs: number } | undefined;
}
