import {
  GatewayError,
  isBad,
  reactions,
  statusCodes,
  statusName,
  type ErrorKind,
  type StatusCode,
  type WriteOutcome,
} from '@fieldwarden/core';

/** After these the session is over: nothing that is asked in it is answered any more. */
const sessionIsOver: ReadonlySet<StatusCode> = new Set([
  statusCodes.BadSessionIdInvalid,
  statusCodes.BadSessionClosed,
  statusCodes.BadSessionNotActivated,
  statusCodes.BadSecureChannelIdInvalid,
  statusCodes.BadSecureChannelClosed,
  statusCodes.BadConnectionClosed,
  statusCodes.BadServerHalted,
  statusCodes.BadShutdown,
]);

const kinds = new Map<StatusCode, ErrorKind>([
  [statusCodes.BadTimeout, 'timeout'],
  [statusCodes.BadRequestTimeout, 'timeout'],
  [statusCodes.BadServiceUnsupported, 'unsupported'],
  [statusCodes.BadTooManyPublishRequests, 'busy'],
  [statusCodes.BadResourceUnavailable, 'busy'],
  [statusCodes.BadOutOfMemory, 'busy'],
  [statusCodes.BadDecodingError, 'protocol'],
  [statusCodes.BadEncodingError, 'protocol'],
]);

export function endsSession(status: StatusCode): boolean {
  return sessionIsOver.has(bare(status));
}

/** A whole service that the server answered with a fault. */
export class ServiceRefused extends GatewayError {
  constructor(service: string, status: StatusCode) {
    const kind = endsSession(status) ? 'unreachable' : (kinds.get(bare(status)) ?? 'rejected');
    super({
      code: 'OPCUA_SERVICE_REFUSED',
      kind,
      status: isBad(status) ? status : reactions[kind].status,
      message: `the server refused ${service}: ${statusName(status)}`,
    });
  }
}

export function isServiceRefused(error: unknown): error is ServiceRefused {
  return error instanceof ServiceRefused;
}

/** The status without its info bits. */
export function bare(status: StatusCode): StatusCode {
  return (status & 0xffff0000) >>> 0;
}

export function unreachable(message: string, writeOutcome: WriteOutcome = 'not-sent'): GatewayError {
  return new GatewayError({ code: 'OPCUA_SERVER_AWAY', kind: 'unreachable', message, writeOutcome });
}

export function silent(what: string): GatewayError {
  return new GatewayError({
    code: 'OPCUA_SERVER_SILENT',
    kind: 'timeout',
    message: `the server does not answer ${what}`,
  });
}

export function closed(): GatewayError {
  return new GatewayError({
    code: 'OPCUA_CLOSED',
    kind: 'cancelled',
    message: 'the driver was closed',
    writeOutcome: 'not-sent',
  });
}

export function rejected(status: StatusCode, message: string): GatewayError {
  return new GatewayError({ code: 'OPCUA_REJECTED', kind: 'rejected', status, message });
}
