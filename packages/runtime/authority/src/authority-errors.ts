import { GatewayError, messageOf } from '@fieldwarden/core';

/** The errors of configuration authorities. Codes are stable; callers decide by kind and code. */

/** The store is away, full, read-only or too slow: nothing was changed. */
export function unreachable(what: string, remedy: string, cause?: unknown): GatewayError {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new GatewayError({
    code: 'AUTHORITY_UNREACHABLE',
    kind: 'unreachable',
    message: `${what}${why}. ${remedy}`,
    writeOutcome: 'not-sent',
    cause,
  });
}

/** The connection broke while the commit was under way: only the store knows whether it happened. */
export function outcomeUnknown(what: string, cause: unknown): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_OUTCOME_UNKNOWN',
    kind: 'unreachable',
    message:
      `${what} may or may not have happened: the connection to the configuration database broke during the commit ` +
      `(${messageOf(cause)}). Look at the newest generation once the database answers, before trying again`,
    writeOutcome: 'unknown',
    cause,
  });
}

export function revisionStale(site: string, expected: number, present: number): GatewayError {
  return new GatewayError({
    code: 'REVISION_STALE',
    kind: 'rejected',
    message:
      `the draft of site ${site} has moved on: revision ${expected} was expected, it is at ${present}. ` +
      'Load it again and repeat the change',
  });
}

export function closed(): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_CLOSED',
    kind: 'cancelled',
    message: 'the configuration authority is closed, the gateway is stopping. Nothing was changed',
    writeOutcome: 'not-sent',
  });
}

export function tooManyWaiting(site: string, waiting: number): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_OVERLOADED',
    kind: 'overloaded',
    message: `${waiting} changes to the configuration of site ${site} are waiting already. Try again when they are done`,
  });
}

export function invalidSite(site: string): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_SITE_INVALID',
    kind: 'config',
    message:
      `${JSON.stringify(site.slice(0, 80))} is not the name of a site: 1 to 64 letters, digits, _ . -, ` +
      'beginning with a letter or digit',
  });
}

/** The file or row cannot be what was written. `remedy` follows as a sentence of its own. */
export function damaged(what: string, remedy: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'AUTHORITY_DAMAGED', kind: 'config', message: `${what}. ${remedy}`, cause });
}

/** What is stored was written by a program that is newer than this one. */
export function schemaNewer(where: string, found: number, known: number): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_SCHEMA_NEWER',
    kind: 'config',
    message:
      `${where} has schema version ${found}, this Fieldwarden knows versions up to ${known}: a newer Fieldwarden has used it. ` +
      'Update this gateway, or give it a database of its own',
  });
}
