import { tokenSource, type Access } from '@fieldwarden/accounts';
import { everywhere, type Principal } from '@fieldwarden/gateway-contract';
import type { Request } from 'express';
import { RequestRefused } from '../server/request-refused.js';
import { addressOf, type Requester } from './requester.js';
import type { RateLimits } from './rate-limits.js';
import type { SessionCookie } from './session-cookie.js';
import { csrfTokenOf } from './csrf-token.js';

export interface Credentials {
  readonly access: Access;
  readonly cookie: SessionCookie;
  /** Of a sign-in that was begun at a provider. */
  readonly begunCookie: SessionCookie;
  /** Name of the plant: authenticators show it. */
  readonly site: string;
  readonly limits: RateLimits;
}

/** Who sends a request over TCP: by its token, else by its session. Refused with 401 if by neither (RFC 6750), 429 after too many wrong tokens. */
export function authenticate(request: Request, credentials: Credentials): Requester {
  if (request.get('Authorization') !== undefined) return tokenHolder(request, credentials);
  const id = credentials.cookie.idOf(request);
  const requester = id === undefined ? undefined : sessionHolder(id, request, credentials.access);
  if (requester) return requester;
  if (credentials.access.isOpenToViewers) return anyViewer(request, credentials.access);
  throw unauthenticated(id === undefined ? 'the request carries no token' : 'the session has ended', challenge);
}

/** Who does not sign in, where the plant lets everybody look (`access.anonymousConsole`). */
function anyViewer(request: Request, access: Access): Requester {
  return {
    principal: { name: 'anonymous', grants: viewerEverywhere, proof: 'anonymous' },
    via: 'session',
    from: addressOf(request),
    session: null,
    csrfToken: null,
    expiresAtMs: null,
    stands: () => access.isOpenToViewers,
  };
}

const viewerEverywhere: Principal['grants'] = [{ role: 'viewer', areas: everywhere }];

const challenge = 'Bearer realm="fieldwarden"';

function tokenHolder(request: Request, { access: { tokens }, limits }: Credentials): Requester {
  if (tokens.trouble) throw tokensDamaged();
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(request.get('Authorization') ?? '')?.[1];
  if (token === undefined) throw unauthenticated('the request carries no token', challenge);
  const principal = tokens.verify(token);
  if (principal) {
    const stands = (): boolean => tokens.verify(token) !== undefined;
    const from = addressOf(request);
    return { principal, via: 'token', from, session: null, csrfToken: null, expiresAtMs: null, stands };
  }
  limits.countAttempt(request);
  throw unauthenticated(
    'the token is not known to this gateway, or has expired',
    `${challenge}, error="invalid_token"`,
  );
}

/** With what the holder may do now. Undefined when the session has ended, or its holder may not be here any more. */
export function sessionHolder(id: string, request: Request, access: Access): Requester | undefined {
  const session = access.sessions.use(id);
  if (session?.source === tokenSource && access.tokens.trouble) throw tokensDamaged();
  const principal = session && access.holderOf(session);
  if (!session || !principal) return undefined;
  const stands = (): boolean => {
    const now = access.sessions.use(id);
    return now !== undefined && access.holderOf(now) !== undefined;
  };
  return {
    principal,
    via: 'session',
    from: addressOf(request),
    session: { id, source: session.source, name: session.name },
    csrfToken: csrfTokenOf(id),
    expiresAtMs: access.sessions.expiresAtMs(session),
    stands,
  };
}

/** What is damaged, and where, is for those on the machine. */
export function tokensDamaged(): RequestRefused {
  return new RequestRefused({
    status: 503,
    code: 'TOKENS_DAMAGED',
    detail: 'nobody can be let in by a token: the list of tokens is damaged. The plant runs',
    remedy:
      'On the machine of the gateway, restore tokens.json in its home directory from a backup, or remove it; then fieldwarden tokens list takes it up, ' +
      'and fieldwarden tokens create NAME --role ROLE makes a token.',
  });
}

function unauthenticated(detail: string, wanted: string): RequestRefused {
  return new RequestRefused({
    status: 401,
    code: 'UNAUTHENTICATED',
    detail,
    remedy:
      'Send Authorization: Bearer <token> (for the command line: FIELDWARDEN_TOKEN). fieldwarden tokens create NAME --role ROLE makes a token on the machine of ' +
      'the gateway, fieldwarden users add NAME an account; at its very first start the gateway prints a set-up token.',
    headers: { 'WWW-Authenticate': wanted },
  });
}
