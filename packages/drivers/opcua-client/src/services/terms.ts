import type { Clock } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';

/** So much of a call is kept for telling its outcome. */
const reserveMs = 20;

/** What goes with each request of one call of the runtime. */
export interface CallTerms {
  readonly clock: Clock;
  readonly call: CallContext;
  /** Aborts when the device goes. */
  readonly going: AbortSignal;
}

/** For a request of the call that is sent now. */
export function requestTerms({ clock, call, going }: CallTerms): {
  readonly timeoutMs: number;
  readonly signals: readonly AbortSignal[];
} {
  return { timeoutMs: Math.max(0, call.deadlineMs - reserveMs - clock.monotonicMs()), signals: [call.signal, going] };
}
