import type { GatewayError, StatusCode, TagValue, WriteOutcome } from '@fieldwarden/core';

/** Who asked for a write, for log and audit, and the id that follows the request to the device. */
export interface WriteOrigin {
  /** The road by which it came: `opcua`, `modbus-server`, `admin-socket`, `admin-api/<name of the token>`. */
  readonly via: string;
  /** Name of the `Principal`, where the road knows one. */
  readonly user?: string;
  readonly correlationId: string;
}

/** One value of a request, for a tag that is known by its handle. The value has the tag's type, in engineering units. */
export interface HandleWrite {
  readonly handle: number;
  readonly value: TagValue;
}

/** What was tried, and what became of it. */
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
