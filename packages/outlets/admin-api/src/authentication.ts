import type { Request } from 'express';
import { RequestRefused } from './request-refused.js';

/** Name of the token, or undefined if it is not known. */
export interface TokenVerifier {
  verify(token: string): string | undefined;
}

/** Name of the token that the request carries. Refused with 401 if it carries none that is known (RFC 6750). */
export function authenticate(request: Request, tokens: TokenVerifier): string {
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(request.get('Authorization') ?? '')?.[1];
  if (token === undefined) throw unauthenticated('the request carries no token', 'Bearer realm="fieldwarden"');
  const name = tokens.verify(token);
  if (name !== undefined) return name;
  throw unauthenticated('the token is not known to this gateway', 'Bearer realm="fieldwarden", error="invalid_token"');
}

function unauthenticated(detail: string, challenge: string): RequestRefused {
  return new RequestRefused({
    status: 401,
    code: 'UNAUTHENTICATED',
    detail,
    remedy:
      'Send Authorization: Bearer <token> (for the command line: FIELDWARDEN_TOKEN) with the set-up token that the gateway printed at its first start. ' +
      'If it is lost, delete tokens.json in the home directory and restart the gateway: it prints a new one.',
    headers: { 'WWW-Authenticate': challenge },
  });
}
