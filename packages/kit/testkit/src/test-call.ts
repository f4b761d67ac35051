import { newCorrelationId, systemClock, type Clock } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';

export interface TestCallOverrides extends Partial<CallContext> {
  /** The clock that the session was made with. */
  readonly clock?: Clock;
  /** Sets the deadline that far from now; `deadlineMs` goes before it. */
  readonly timeoutMs?: number;
}

/** What the invoker hands to a capability, for tests that call a session directly. Deadline in 2 s, never aborted. */
export function testCall(overrides: TestCallOverrides = {}): CallContext {
  const { clock = systemClock, timeoutMs = 2_000 } = overrides;
  return {
    correlationId: overrides.correlationId ?? newCorrelationId(),
    deadlineMs: overrides.deadlineMs ?? clock.monotonicMs() + timeoutMs,
    signal: overrides.signal ?? new AbortController().signal,
  };
}
