import type { GatewayError, StatusCode, TagValue, WriteOutcome } from '@fieldwarden/core';
import type { Principal } from './access/principal.js';

/** Who asks for something, by which road, and the id that follows the request to the device. */
export interface Origin {
  /** `console`, `rest`, `socket`, `opcua`, `mqtt`, `modbus-server`. */
  readonly via: string;
  readonly principal: Principal;
  readonly correlationId: string;
}

/** An origin as fields of a log record. */
export function originFields({ via, principal, correlationId }: Origin): Readonly<Record<string, string>> {
  return { via, user: principal.name, correlationId };
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
