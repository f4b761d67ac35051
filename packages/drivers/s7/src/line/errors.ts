import { GatewayError, messageOf, type WriteOutcome } from '@fieldwarden/core';

export function timedOut(timeoutMs: number): GatewayError {
  const message = `the CPU did not answer within ${Math.round(timeoutMs)} ms; the connection was closed`;
  return new GatewayError({ code: 'S7_TIMEOUT', kind: 'timeout', message });
}

/** The call's own deadline came first; a request that is under way goes on, and its answer is dropped. */
export function callTimedOut(writeOutcome: WriteOutcome): GatewayError {
  const message =
    writeOutcome === 'not-sent'
      ? 'the call waited for the connection until its deadline and was not sent'
      : "the CPU did not answer before the call's deadline";
  return new GatewayError({ code: 'S7_CALL_TIMEOUT', kind: 'timeout', message, writeOutcome });
}

export function queueFull(): GatewayError {
  return new GatewayError({
    code: 'S7_QUEUE_FULL',
    kind: 'overloaded',
    message: 'too many calls wait for the connection',
  });
}

export function nonsenseReceived(why: string, cause?: unknown): GatewayError {
  const message = `the CPU sent what makes no sense (${why}); the connection was closed`;
  return new GatewayError({ code: 'S7_NONSENSE', kind: 'protocol', message, cause });
}

export function connectionLost(cause?: unknown): GatewayError {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new GatewayError({
    code: 'S7_CONNECTION_LOST',
    kind: 'unreachable',
    message: `the connection to the CPU was lost${why}`,
    cause,
    // a request was on its way
    writeOutcome: 'unknown',
  });
}

export function notConnected(where: string, cause: unknown): GatewayError {
  return new GatewayError({
    code: 'S7_NOT_CONNECTED',
    kind: 'unreachable',
    message: `no connection to ${where}: ${messageOf(cause)}`,
    cause,
  });
}

export function unreachable(code: string, message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code, kind: 'unreachable', message, cause });
}

export function cancelled(writeOutcome: WriteOutcome): GatewayError {
  return new GatewayError({ code: 'S7_CANCELLED', kind: 'cancelled', message: 'the call was given up', writeOutcome });
}

export function sessionClosed(writeOutcome: WriteOutcome): GatewayError {
  return new GatewayError({ code: 'S7_CLOSED', kind: 'cancelled', message: 'the driver was closed', writeOutcome });
}
