import type { StatusCode, TagValue, WriteOutcome } from '@fieldwarden/core';

/** Who asked for a write, and the id that follows it to the device. */
export interface WriteOrigin {
  readonly via: 'opcua';
  /** User name of the session; `anonymous` when it has none. */
  readonly user: string;
  readonly correlationId: string;
}

/**
 * Carries out a write. Implemented by the runtime: range check, audit, unscaling, routing to the device. `value` has the
 * tag's type. Resolves when the outcome is known, never before the device answered; a rejection counts by its GatewayError.
 */
export interface TagWriter {
  write(
    handle: number,
    value: TagValue,
    origin: WriteOrigin,
  ): Promise<{ readonly outcome: WriteOutcome; readonly status: StatusCode; readonly message?: string }>;
}
