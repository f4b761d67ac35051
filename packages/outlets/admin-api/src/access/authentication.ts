import type { Request } from 'express';
import { RequestRefused } from '../server/request-refused.js';
import { tokenPrincipal, type Requester } from './requester.js';
import type { RateLimits } from './rate-limits.js';
import type { SessionCookie } from './session-cookie.js';
import { csrfTokenOf, type SessionStore } from './session-store.js';
import type { TokenBook } from './token-book.js';

export interface Credentials {
  readonly tokens: TokenBook;
  readonly sessions: SessionStore;
  readonly cookie: SessionCookie;
  readonly limits: RateLimits;
}

/** Who sends a request over TCP: by its token, else by its session. Refused with 401 if by neither (RFC 6750), 429 after too many wrong tokens. */
export function authenticate(request: Request, credentials: Credentials): Requester {
  if (credentials.tokens.trouble) throw doorShut();
  if (request.get('Authorization') !== undefined) return tokenHolder(request, credentials);
  const id = credentials.cookie.idOf(request);
  if (id === undefined) throw unauthenticated('the request carries no token', challenge);
  const requester = sessionHolder(id, credentials.sessions);
  if (requester) return requester;
  throw unauthenticated('the session has ended', challenge);
}

const challenge = 'Bearer realm="fieldwarden"';

function tokenHolder(request: Request, { tokens, limits }: Credentials): Requester {
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(request.get('Authorization') ?? '')?.[1];
  if (token === undefined) throw unauthenticated('the request carries no token', challenge);
  const name = tokens.verify(token);
  if (name !== undefined) {
    const stands = (): boolean => tokens.verify(token) !== undefined;
    return { principal: tokenPrincipal(name), via: 'token', csrfToken: null, expiresAtMs: null, stands };
  }
  limits.countAttempt(request);
  throw unauthenticated('the token is not known to this gateway', `${challenge}, error="invalid_token"`);
}

/** Undefined when the session has ended. */
export function sessionHolder(id: string, sessions: SessionStore): Requester | undefined {
  const session = sessions.use(id);
  if (!session) return undefined;
  return {
    principal: tokenPrincipal(session.name),
    via: 'session',
    csrfToken: csrfTokenOf(id),
    expiresAtMs: sessions.expiresAtMs(session),
    stands: () => sessions.use(id) !== undefined,
  };
}

/** What is damaged, and where, is for those on the machine. */
export function doorShut(): RequestRefused {
  return new RequestRefused({
    status: 503,
    code: 'TOKENS_DAMAGED',
    detail: 'nobody can be let in: the list of tokens is damaged. The plant runs',
    remedy:
      'On the machine of the gateway, restore tokens.json in its home directory from a backup, or remove it; then fieldwarden tokens list takes it up, ' +
      'and fieldwarden tokens create NAME makes a token.',
  });
}

function unauthenticated(detail: string, wanted: string): RequestRefused {
  return new RequestRefused({
    status: 401,
    code: 'UNAUTHENTICATED',
    detail,
    remedy:
      'Send Authorization: Bearer <token> (for the command line: FIELDWARDEN_TOKEN). fieldwarden tokens create NAME makes a token on the machine of ' +
      'the gateway; at its very first start the gateway prints a set-up token.',
    headers: { 'WWW-Authenticate': wanted },
  });
}
