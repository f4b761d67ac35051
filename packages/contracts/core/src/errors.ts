import { statusCodes, type StatusCode } from './status.js';

/** What went wrong, named by the reaction it asks for (SPEC §3.6). */
export const errorKinds = [
  'config', 'forbidden', 'unreachable', 'timeout', 'busy', 'rejected', 'protocol', 'unsupported',
  'overloaded', 'circuit-open', 'host-lost', 'cancelled', 'bug',
] as const; // prettier-ignore

export type ErrorKind = (typeof errorKinds)[number];

/** What became of a write: the device confirmed, the device said no, it never left, or it left and no answer came (SPEC §2). */
export type WriteOutcome = 'done' | 'rejected' | 'not-sent' | 'unknown';

export interface Reaction {
  /** A retry may help, if the capability may be retried at all. */
  readonly retry: boolean;
  /** Counts towards opening the device's breaker. */
  readonly countsAsFailure: boolean;
  /** The device itself answered, so it is alive: closes a half-open breaker. */
  readonly deviceAnswered: boolean;
  readonly status: StatusCode;
  readonly httpStatus: number;
  /** Outcome of a write that ended so, unless the error knows better. */
  readonly writeOutcome: WriteOutcome;
}

const s = statusCodes;

/** The one table from kind to reaction: retry, breaker, OPC UA status, HTTP status, write outcome. */
export const reactions: Readonly<Record<ErrorKind, Reaction>> = {
  config:         { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadConfigurationError,    httpStatus: 422, writeOutcome: 'not-sent' },
  forbidden:      { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadUserAccessDenied,      httpStatus: 403, writeOutcome: 'not-sent' },
  unreachable:    { retry: true,  countsAsFailure: true,  deviceAnswered: false, status: s.BadNoCommunication,       httpStatus: 502, writeOutcome: 'not-sent' },
  timeout:        { retry: true,  countsAsFailure: true,  deviceAnswered: false, status: s.BadTimeout,               httpStatus: 504, writeOutcome: 'unknown' },
  busy:           { retry: true,  countsAsFailure: true,  deviceAnswered: true,  status: s.BadResourceUnavailable,   httpStatus: 503, writeOutcome: 'rejected' },
  rejected:       { retry: false, countsAsFailure: false, deviceAnswered: true,  status: s.BadDeviceFailure,         httpStatus: 409, writeOutcome: 'rejected' },
  protocol:       { retry: true,  countsAsFailure: true,  deviceAnswered: false, status: s.BadCommunicationError,    httpStatus: 502, writeOutcome: 'unknown' },
  unsupported:    { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadNotSupported,          httpStatus: 501, writeOutcome: 'not-sent' },
  overloaded:     { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadTooManyOperations,     httpStatus: 503, writeOutcome: 'not-sent' },
  'circuit-open': { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadNoCommunication,       httpStatus: 503, writeOutcome: 'not-sent' },
  'host-lost':    { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadNoCommunication,       httpStatus: 503, writeOutcome: 'unknown' },
  cancelled:      { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadRequestCancelledByClient, httpStatus: 503, writeOutcome: 'unknown' },
  bug:            { retry: false, countsAsFailure: false, deviceAnswered: false, status: s.BadInternalError,         httpStatus: 500, writeOutcome: 'unknown' },
}; // prettier-ignore

export interface GatewayErrorInit {
  /** Stable, upper case, prefixed by its origin: `MODBUS_ILLEGAL_ADDRESS`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** One sentence for people: the cause and, where there is one, the remedy. */
  readonly message: string;
  readonly cause?: unknown;
  /** Finer than the kind's status, e.g. `BadNodeIdUnknown` for an address that the device does not have. */
  readonly status?: StatusCode;
  /** For writes: what became of it, when it is known better than the kind tells (a timeout while still queued is `not-sent`). */
  readonly writeOutcome?: WriteOutcome;
}

const brand = Symbol.for('fieldwarden.GatewayError');

/** The only error that travels between parts. Test with `isGatewayError`, never with `instanceof`: it may come from another realm or process. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly [brand] = true;
  readonly code: string;
  readonly kind: ErrorKind;
  readonly status: StatusCode;
  readonly writeOutcome: WriteOutcome;

  constructor(init: GatewayErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.kind = init.kind;
    this.status = init.status ?? reactions[init.kind].status;
    this.writeOutcome = init.writeOutcome ?? reactions[init.kind].writeOutcome;
  }
}

export function isGatewayError(error: unknown): error is GatewayError {
  return typeof error === 'object' && error !== null && (error as { [brand]?: unknown })[brand] === true;
}

/** Anything thrown → GatewayError; what is not one already is a bug of ours or of a library and says so. */
export function toGatewayError(error: unknown, code = 'UNEXPECTED'): GatewayError {
  if (isGatewayError(error)) return error;
  return new GatewayError({ code, kind: 'bug', message: messageOf(error), cause: error });
}

export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

/** A GatewayError as plain data, for the process boundary and for JSON. */
export interface GatewayErrorData {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly status: StatusCode;
  readonly writeOutcome: WriteOutcome;
  readonly stack?: string;
  readonly cause?: GatewayErrorData;
}

/** Causes deeper than this are dropped, so that a cyclic chain ends. */
const maxCauseDepth = 4;

export function errorToData(error: unknown, depth = 0): GatewayErrorData {
  const known = toGatewayError(error);
  const { code, kind, message, status, writeOutcome, stack, cause } = known;
  const nested =
    cause === undefined || depth >= maxCauseDepth ? undefined : errorToData(causeToError(cause), depth + 1);
  return { code, kind, message, status, writeOutcome, ...(stack && { stack }), ...(nested && { cause: nested }) };
}

export function errorFromData(data: GatewayErrorData): GatewayError {
  const cause = data.cause === undefined ? undefined : errorFromData(data.cause);
  const error = new GatewayError({ ...data, cause });
  if (data.stack) error.stack = data.stack;
  return error;
}

function causeToError(cause: unknown): GatewayError {
  if (isGatewayError(cause)) return cause;
  const code =
    typeof (cause as { code?: unknown } | null)?.code === 'string' ? (cause as { code: string }).code : 'CAUSE';
  const error = new GatewayError({ code, kind: 'bug', message: messageOf(cause) });
  if (cause instanceof Error && cause.stack) error.stack = cause.stack;
  return error;
}
