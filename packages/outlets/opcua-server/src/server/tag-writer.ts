import type { GatewayError, StatusCode, TagValue, WriteOutcome } from '@fieldwarden/core';

/** Who asked for a write, and the id that follows it to the device. */
export interface WriteOrigin {
  readonly via: 'opcua';
  /** User name of the session; `anonymous` when it has none. */
  readonly user: string;
  readonly correlationId: string;
}

/** `value` has the tag's type. */
export interface TagWrite {
  readonly handle: number;
  readonly value: TagValue;
}

/** What was tried and became of it, or why it was refused beforehand. */
export type TagWriteReply =
  { readonly outcome: WriteOutcome; readonly status: StatusCode; readonly message?: string } | GatewayError;

/**
 * Carries out the writes of one request. Implemented by the runtime: range check, audit, unscaling, routing to the devices. One reply
 * per write, in their order. Resolves when all outcomes are known, never before the devices answered.
 */
export interface TagWriter {
  writeMany(writes: readonly TagWrite[], origin: WriteOrigin): Promise<readonly TagWriteReply[]>;
}
