import { GatewayError, toGatewayError, type WriteOutcome } from '@fieldwarden/core';

/** A call of the channel, as far as its errors tell of it. */
interface FailedCall {
  readonly what: string;
  /** The request was handed to the transport. */
  readonly sent: boolean;
}

/** A request that never left can't have reached the device. */
function outcomeOf(call: FailedCall): WriteOutcome {
  return call.sent ? 'unknown' : 'not-sent';
}

/** The channel went away under a pending call. */
export function callLost(call: FailedCall, cause: GatewayError): GatewayError {
  return new GatewayError({
    code: 'HOST_LOST',
    kind: 'host-lost',
    message: `the Host was lost during ${call.what}: ${cause.message}`,
    cause,
    writeOutcome: outcomeOf(call),
  });
}

export function callTimedOut(call: FailedCall): GatewayError {
  return new GatewayError({
    code: 'HOST_CALL_TIMEOUT',
    kind: 'timeout',
    message: `no answer from the Host to ${call.what} before its deadline`,
    writeOutcome: outcomeOf(call),
  });
}

export function callCancelled(call: FailedCall): GatewayError {
  return new GatewayError({
    code: 'CALL_CANCELLED',
    kind: 'cancelled',
    message: `${call.what} was given up by its caller`,
    writeOutcome: outcomeOf(call),
  });
}

/** The queue towards the Host is full. */
export function callNotTaken(call: FailedCall): GatewayError {
  return new GatewayError({
    code: 'HOST_OUTBOX_FULL',
    kind: 'overloaded',
    message: `too many calls wait for the Host; ${call.what} was not sent`,
  });
}

/** The request does not fit a frame or can't be cloned. */
export function callUnsendable(error: unknown): GatewayError {
  const { code, kind, message, cause } = toGatewayError(error, 'CHANNEL_NOT_SERIALISABLE');
  return new GatewayError({ code, kind, message, cause, writeOutcome: 'not-sent' });
}
