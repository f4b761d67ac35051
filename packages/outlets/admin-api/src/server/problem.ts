import type { Problem } from '@fieldwarden/admin-contract';
import type { Finding } from '@fieldwarden/gateway-contract';
import { isGatewayError, reactions, type GatewayError } from '@fieldwarden/core';
import { diskRefusal, type DiskRefusal } from '@fieldwarden/storage';
import { RequestRefused, type RefusalInit } from './request-refused.js';

/** Codes whose HTTP status is finer than that of their kind. */
const statusByCode: Readonly<Record<string, number>> = {
  DRIVER_UNKNOWN: 404,
  TAG_UNKNOWN: 404,
  NOT_ISOLATED: 409,
  TIER_NEEDS_HOST: 409,
  REINITIALIZE_UNSUPPORTED: 409,
  DRIVER_STOPPED: 409,
  PROBE_UNSUPPORTED: 409,
  BROWSE_UNSUPPORTED: 409,
  HISTORY_UNSUPPORTED: 409,
  HISTORY_NONE: 409,
  HISTORY_BUSY: 429,
  HISTORY_CURSOR_INVALID: 400,
  HISTORY_RANGE_INVALID: 400,
  HISTORY_CONFIGURATION_INVALID: 400,
  CALL_UNSUPPORTED: 409,
  DEVICE_UNKNOWN: 404,
  ALARM_UNKNOWN: 404,
  ALARM_ACT: 409,
  ALARM_NOTE_REQUIRED: 400,
  GENERATION_UNKNOWN: 404,
  CERTIFICATE_UNKNOWN: 404,
  CERTIFICATE_AMBIGUOUS: 409,
  CERTIFICATE_NOT_MOVABLE: 409,
  CERTIFICATE_NOT_OURS: 409,
  DRAFT_MISSING: 409,
  REVISION_STALE: 409,
  SIGN_IN_REFUSED: 401,
  TOTP_REQUIRED: 401,
  SIGN_IN_TOO_MANY: 429,
  ACCOUNT_NAME: 400,
  BAD_AREA: 400,
  BAD_CERTIFICATE: 400,
  PASSWORD_WEAK: 400,
  FIRST_IS_ADMIN: 400,
  ACCOUNT_EXISTS: 409,
  TOO_MANY_ACCOUNTS: 409,
  ADMIN_EXISTS: 409,
  LAST_ADMIN: 409,
  ACCOUNTS_DAMAGED: 503,
  TOKEN_NAME: 400,
  TOKEN_EXPIRY: 400,
  TOKEN_EXISTS: 409,
  TOO_MANY_TOKENS: 409,
  TOKENS_DAMAGED: 503,
  BACKUP_BUSY: 409,
  AUTHORITY_UNREACHABLE: 503,
  AUTHORITY_DAMAGED: 503,
  AUTHORITY_OUTCOME_UNKNOWN: 503,
};

/** Codes that INTERFACES §5 gives to clients under another name. */
const publishedCodes: Readonly<Record<string, string>> = { NOT_ISOLATED: 'not-isolated' };

const remedyByCode: Readonly<Record<string, string>> = {
  NOT_ISOLATED:
    '`fieldwarden promote <id>` moves it into a Host while it runs (POST /api/v1/drivers/<id>/promote); isolation: host in the plant document keeps it there.',
  TIER_NEEDS_HOST: 'A driver of tier C always has a Host of its own; fieldwarden recycle <id> replaces its process.',
  REINITIALIZE_UNSUPPORTED:
    '`fieldwarden restart <id>` makes its connections anew (POST /api/v1/drivers/<id>/restart).',
  PROBE_UNSUPPORTED: '`fieldwarden describe <id>` shows how its devices answer the scans (GET /api/v1/drivers/<id>).',
  BROWSE_UNSUPPORTED:
    'Take the addresses from the documentation of the device, and write them into the plant document.',
  HISTORY_UNSUPPORTED: 'Without source=device the answer is what the gateway itself remembers of the last minutes.',
  HISTORY_NONE:
    'A section history in the plant document keeps it from then on: history: { retentionDays: 30 }. fieldwarden services describe history says why it does not run.',
  HISTORY_BUSY: 'Ask again in a moment; a page with fewer rows, or fewer at a time, is answered sooner.',
  ALARM_UNKNOWN:
    '`fieldwarden alarms list` shows those that are of interest now, with `--all` all others (GET /api/v1/alarms).',
  ALARM_NOTE_REQUIRED:
    'Say it with `comment` (`-m` on the command line): others see it beside the alarm and in the journal.',
  SIGN_IN_REFUSED:
    'Mind capital letters, and take the next code where one was asked for: each counts once. An admin can give the account another password: fieldwarden users passwd NAME on the machine of the gateway.',
  SIGN_IN_TOO_MANY: 'Wait as long as Retry-After says. From another address the right password is taken at once.',
  NOT_PERMITTED: 'An admin can give more: fieldwarden users change NAME --role ROLE, or the page Users of the console.',
  LAST_ADMIN: 'Make another admin first: fieldwarden users add NAME --role admin.',
  ADMIN_EXISTS: 'Sign in as that admin; fieldwarden users list on the machine of the gateway names it.',
  ACCOUNT_EXISTS: 'Choose another name, or change that one: fieldwarden users change NAME.',
  ACCOUNTS_DAMAGED:
    'On the machine of the gateway, restore accounts.json in its home directory from a backup, or remove it; then fieldwarden users list takes it up, without a restart.',
  CERTIFICATE_UNKNOWN: '`fieldwarden certs list` shows those that are there (GET /api/v1/certificates).',
  CERTIFICATE_AMBIGUOUS: 'Give more of the thumbprint.',
  TOKEN_EXISTS: 'Choose another name, or revoke that one first: fieldwarden tokens revoke NAME.',
  TOO_MANY_TOKENS: 'Revoke those that nobody uses: fieldwarden tokens list, fieldwarden tokens revoke NAME.',
  TOKENS_DAMAGED:
    'Restore the file from a backup, or remove it; the next fieldwarden tokens list or create takes it up, without a restart.',
  REVISION_STALE:
    '`fieldwarden config draft get` shows what it says now (GET /api/v1/config/draft); look at both and send it again.',
  AUTHORITY_UNREACHABLE:
    'What runs goes on unchanged. Publish again when the configuration database answers; `fieldwarden status` says when it does (GET /api/v1/status).',
  DOCUMENT_REFUSED: 'Nothing has changed: what runs goes on. Correct what the findings name, and try again.',
  DRIVER_STOPPED: '`fieldwarden start <id>` starts it (POST /api/v1/drivers/<id>/start).',
};

const remedyByKind: Readonly<Partial<Record<GatewayError['kind'], string>>> = {
  'circuit-open':
    'The device is off-scan until it answers a probe; `fieldwarden describe <id>` says what went wrong (GET /api/v1/drivers/<id>).',
  overloaded: 'Too much is waiting for this device; try again when it has caught up.',
};

/** Anything thrown while a request was handled → the problem to answer with (RFC 9457). */
export function problemOf(thrown: unknown, correlationId: string): Problem {
  return problem(refusalOf(thrown), correlationId, findingsOf(thrown));
}

/**
 * The same for a write that was refused before anything went on the wire: always a 4xx, always with its outcome. Of an
 * error that says otherwise nobody knows what became of the write.
 */
export function writeProblemOf(thrown: unknown, correlationId: string): Problem {
  const refusal = refusalOf(thrown);
  if (!isGatewayError(thrown)) return problem({ outcome: 'unknown', ...refusal }, correlationId);
  return problem(
    { ...refusal, status: refusedWriteStatus(thrown, refusal.status), outcome: thrown.writeOutcome },
    correlationId,
  );
}

/** Writes that the gateway gave up without knowing the outcome were tried, hence are no problem but an answer. */
export function wasTried(error: GatewayError): boolean {
  return error.kind !== 'bug' && error.writeOutcome === 'unknown';
}

function refusedWriteStatus({ kind }: GatewayError, status: number): number {
  if (kind === 'bug' || status < 500) return status;
  return kind === 'overloaded' ? 429 : 409;
}

function problem(refusal: RefusalInit, correlationId: string, findings?: readonly Finding[]): Problem {
  const { status, detail, remedy, outcome } = refusal;
  const code = publishedCodes[refusal.code] ?? refusal.code;
  return {
    type: `urn:fieldwarden:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(code),
    status,
    detail,
    code,
    correlationId,
    ...(remedy && { remedy }),
    ...(outcome && { outcome }),
    ...(findings && { findings }),
  };
}

/** RFC 9457, 3.1.4: a short summary of the problem type that stays the same from occurrence to occurrence. */
function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll(/[_-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function refusalOf(thrown: unknown): RefusalInit {
  if (thrown instanceof RequestRefused) return thrown.refusal;
  if (isGatewayError(thrown)) return refusalOfGatewayError(thrown);
  const status = clientErrorStatus(thrown);
  if (status !== undefined) return refusalOfHttpError(thrown as HttpError, status);
  const disk = diskRefusal(thrown);
  if (disk !== undefined) return diskTakesNothing(disk);
  return {
    status: 500,
    code: 'UNEXPECTED',
    detail: 'the gateway met an unexpected error; its log has the details under this correlation id',
  };
}

/** What changes something is kept, or not done: told without a path, since anybody may hear it. */
function diskTakesNothing(disk: DiskRefusal): RefusalInit {
  return {
    status: 503,
    code: 'HOME_NOT_WRITTEN',
    detail: `the disk of the home directory ${disk === 'broken' ? 'does not take it' : `is ${disk}`}: this was not done`,
    remedy: 'Make room, or make the disk writable again; `fieldwarden doctor` says how it is.',
  };
}

function refusalOfGatewayError(error: GatewayError): RefusalInit {
  const remedy = remedyOf(error);
  return {
    status: statusByCode[error.code] ?? reactions[error.kind].httpStatus,
    code: error.code,
    detail: error.message,
    ...(remedy && { remedy }),
  };
}

function remedyOf(error: GatewayError): string | undefined {
  const { remedy } = error as { readonly remedy?: unknown };
  return typeof remedy === 'string' ? remedy : (remedyByCode[error.code] ?? remedyByKind[error.kind]);
}

/** What express and its body parser throw (http-errors). */
interface HttpError {
  readonly message: string;
  readonly type?: string;
}

function clientErrorStatus(thrown: unknown): number | undefined {
  const { status } = (thrown ?? {}) as { readonly status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

const codeByHttpErrorType: Readonly<Record<string, string>> = {
  'entity.too.large': 'BODY_TOO_LARGE',
  'encoding.unsupported': 'BODY_ENCODING_UNSUPPORTED',
  'charset.unsupported': 'BODY_ENCODING_UNSUPPORTED',
  'entity.parse.failed': 'BAD_BODY',
};

function refusalOfHttpError({ message, type }: HttpError, status: number): RefusalInit {
  return { status, code: codeByHttpErrorType[type ?? ''] ?? 'BAD_REQUEST', detail: message };
}

/** A refused plant document carries what is wrong with it. */
function findingsOf(thrown: unknown): readonly Finding[] | undefined {
  const { findings } = (thrown ?? {}) as { readonly findings?: unknown };
  return Array.isArray(findings) ? (findings as readonly Finding[]) : undefined;
}
