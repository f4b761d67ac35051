import type { GatewayError, StatusCode, WriteOutcome } from '@fieldwarden/core';

export interface WriteAnswer {
  readonly outcome: WriteOutcome;
  readonly status: StatusCode;
  readonly message?: string;
}

/**
 * What became of one of several values: the answer to what was tried, or the GatewayError by which it was refused beforehand, with
 * nothing on the wire and `writeOutcome` `rejected` or `not-sent`.
 */
export type WriteReply = WriteAnswer | GatewayError;
