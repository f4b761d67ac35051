/** Goes with every call of a capability. Made by the invoker, carried into the Host and back. */
export interface CallContext {
  /** Follows one client's request through every log line it causes. */
  readonly correlationId: string;
  /** On the driver's `clock.monotonicMs()`: nobody waits for the answer after this. */
  readonly deadlineMs: number;
  /** Aborts when the caller gives up. Made at first access, so that calls which never look pay nothing. */
  readonly signal: AbortSignal;
}
