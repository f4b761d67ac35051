import type { GatewayError } from '@fieldwarden/core';
import type { CallContext, Capability } from '@fieldwarden/driver';
import type { BreakerState } from './device-breaker.js';

/** Told by a pipeline what happens in it; informs, never decides. Must not throw. */
export interface PipelineObserver {
  /** A call ended for its caller. `error` undefined = success. */
  settled(call: CallContext, capability: Capability, durationMs: number, error: GatewayError | undefined): void;
  retried(capability: Capability): void;
  /** An exchange came to its end after its caller had given up. */
  lateReply(): void;
  /** The device answered, if only to say no. */
  answered(): void;
  /** An attempt failed. Undefined when the total timeout ended it. */
  failed(error: GatewayError | undefined): void;
  breakerChanged(state: BreakerState): void;
}
