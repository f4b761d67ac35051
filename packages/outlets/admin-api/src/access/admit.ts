import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { mayDo, notAllowed, permissions, type Permission } from '@fieldwarden/gateway-contract';
import { RequestRefused } from '../server/request-refused.js';
import type { Requester } from './requester.js';
import type { RateLimits } from './rate-limits.js';
import { refuseForeignOrigin } from './same-site.js';

/** What a route asks of whoever calls it. */
export interface Admission {
  /** `anyone`: the route itself decides, without a requester too. */
  readonly permission: Permission | 'anyone';
  /** Only over the local socket, with the remedy for everybody else. */
  readonly socketOnly?: string;
  /** Also for who came in by the set-up token, while there is no admin. */
  readonly forSetup?: true;
}

/** Throws for a route without a rule: a server that has one does not start (SPEC §13.2), whatever made it past the compiler. */
export function demandRule({ permission, method, path }: Admission & { method: string; path: string }): void {
  if (permission === 'anyone' || permissions.includes(permission)) return;
  throw new Error(`${method.toUpperCase()} ${path} says nothing of the permission that it takes`);
}

/** Who sends a request, as found out at the door; or why nobody is known. */
export type Caller = { readonly requester: Requester } | { readonly refusal: unknown };

/** The one place where it is decided whether a request may go on: 401 nobody known, 403 not allowed, 429 too much. */
export function admit(request: Request, caller: Caller, route: Admission, limits: RateLimits): void {
  const isChange = request.method !== 'GET' && request.method !== 'HEAD';
  if (route.permission === 'anyone') {
    if (isChange && !('requester' in caller && caller.requester.via !== 'session')) refuseForeignOrigin(request);
    return;
  }
  const requester = requesterOf(caller);
  if (route.socketOnly !== undefined && requester.via !== 'socket') throw socketOnly(request, route.socketOnly);
  const isSetup = route.forSetup === true && requester.principal.proof === 'setup';
  if (!isSetup && !mayDo(requester.principal, route.permission))
    throw notAllowed(requester.principal, route.permission);
  if (!isChange) return;
  if (requester.via === 'session') refuseForgery(request, requester);
  limits.countChange(requester);
}

export function requesterOf(caller: Caller): Requester {
  if ('requester' in caller) return caller.requester;
  throw caller.refusal;
}

/** A cookie goes along by itself with whatever a page makes a browser send; the token in the header does not. */
export function refuseForgery(request: Request, { csrfToken, session }: Requester): void {
  refuseForeignOrigin(request);
  if (session === null) return; // came without a cookie: who did not sign in
  if (csrfToken !== null && equal(request.get('X-CSRF-Token') ?? '', csrfToken)) return;
  throw new RequestRefused({
    status: 403,
    code: 'CSRF_TOKEN',
    detail: 'a request that changes something needs the token of its session in X-CSRF-Token',
    remedy: 'GET /api/v1/session tells it. Programs send Authorization: Bearer <token> and need none.',
  });
}

function equal(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

function socketOnly({ method, path }: Request, remedy: string): RequestRefused {
  return new RequestRefused({
    status: 403,
    code: 'SOCKET_ONLY',
    detail: `${method} ${path} is possible only over the local socket of the gateway`,
    remedy,
  });
}
