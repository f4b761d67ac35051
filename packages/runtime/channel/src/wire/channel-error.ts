import { GatewayError } from '@fieldwarden/core';

/** The other side broke the protocol: the one error that a frame, a message or a batch that does not decode becomes. */
export function protocolError(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'CHANNEL_PROTOCOL', kind: 'protocol', message, cause });
}

/** The Host can't be asked: it is down, starting, suspect or draining. Nothing was sent. */
export function hostNotAvailable(driverId: string, why: string): GatewayError {
  return new GatewayError({
    code: 'HOST_NOT_AVAILABLE',
    kind: 'host-lost',
    message: `the Host of driver ${driverId} ${why}`,
    writeOutcome: 'not-sent',
  });
}

/** A message of more than one frame's size was refused before anything was sent. */
export function messageTooLarge(what: string, bytes: number): GatewayError {
  return new GatewayError({
    code: 'CHANNEL_MESSAGE_TOO_LARGE',
    kind: 'unsupported',
    message: `${what} of ${bytes} bytes does not fit one frame`,
  });
}
