import { isGatewayError, type GatewayError } from '@fieldwarden/core';
import { DatabaseError } from 'pg';
import { unreachable } from '../authority-errors.js';

/** What to do about a SQLSTATE, or a class of them (the first two characters): PostgreSQL 18, appendix A. */
const remedies: Readonly<Record<string, string>> = {
  '28': 'Check user and password in FIELDWARDEN_CONFIG_URL',
  '3D': 'Create the database, or name another one in FIELDWARDEN_CONFIG_URL',
  '42501': 'Grant the user CREATE on the database for the first start, and use of the schema fieldwarden',
  '25006': 'The database is read-only, perhaps a standby: name the primary in FIELDWARDEN_CONFIG_URL',
  '25P03': 'The gateway was silent for too long while it published; nothing was changed',
  '53': 'Free the resource on the database server',
  '55P03': 'Another change of this site is under way; try again',
  '57014': 'The database is too slow or blocked; nothing was changed',
};

const generalRemedy = 'Check that the database server runs and can be reached from this machine';

/** Anything that a statement or connection rejects with → kind `unreachable`. The URL is in none of it. */
export function postgresError(where: string, error: unknown): GatewayError {
  if (isGatewayError(error)) return error;
  return unreachable(`the configuration database ${where} cannot be used`, remedyFor(sqlState(error)), plain(error));
}

export function silent(where: string, doing: string, timeoutMs: number): GatewayError {
  return unreachable(
    `the configuration database ${where} did not answer within ${Math.round(timeoutMs)} ms ${doing}`,
    generalRemedy,
  );
}

/** Of an answer of the server; undefined if the connection itself failed. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** The server ended the session with it: what it was doing may be done or not. */
export function isFatal(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity !== 'ERROR';
}

function remedyFor(state: string | undefined): string {
  return remedies[state ?? ''] ?? remedies[state?.slice(0, 2) ?? ''] ?? generalRemedy;
}

/** An AggregateError of all addresses of a host has no message of its own. */
function plain(error: unknown): unknown {
  if (error instanceof AggregateError) return error.errors[0] as unknown;
  return error;
}
