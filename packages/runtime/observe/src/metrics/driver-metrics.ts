import { errorKinds, type ErrorKind } from '@fieldwarden/core';

/** How a call of a capability ended. */
export type CallOutcome = 'ok' | ErrorKind;

export const callResults: readonly CallOutcome[] = ['ok', ...errorKinds];

/** What the poller and the supervisor of one driver report as it happens. Bound once; each call is a few hundred nanoseconds. */
export interface DriverMetrics {
  tagsPolled(count: number): void;
  /** Duration of one scan of one device. */
  pollTook(seconds: number): void;
  /** An answer that came after its call had been given up. */
  lateReply(): void;
  /** `cause` as in SPEC §4.3. */
  hostRestarted(cause: string): void;
}

/** What the invoker reports about one capability of one driver. */
export interface CapabilityMetrics {
  called(result: CallOutcome, seconds: number): void;
  retried(): void;
}
