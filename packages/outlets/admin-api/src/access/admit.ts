import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { RequestRefused } from '../server/request-refused.js';
import type { Permission, Principal } from './principal.js';
import type { RateLimits } from './rate-limits.js';
import { refuseForeignOrigin } from './same-site.js';

/** What a route asks of whoever calls it. */
export interface Admission {
  /** `anyone`: the route itself decides, without a principal too. */
  readonly permission: Permission | 'anyone';
  /** Only over the local socket, with the remedy for everybody else. */
  readonly socketOnly?: string;
}

/** Who sends a request, as found out at the door; or why nobody is known. */
export type Caller = { readonly principal: Principal } | { readonly refusal: unknown };

/** The one place where it is decided whether a request may go on: 401 nobody known, 403 not allowed, 429 too much. */
export function admit(request: Request, caller: Caller, route: Admission, limits: RateLimits): void {
  const isChange = request.method !== 'GET' && request.method !== 'HEAD';
  if (route.permission === 'anyone') {
    if (isChange && !('principal' in caller && caller.principal.via !== 'session')) refuseForeignOrigin(request);
    return;
  }
  const principal = principalOf(caller);
  if (route.socketOnly !== undefined && principal.via !== 'socket') throw socketOnly(request, route.socketOnly);
  if (!principal.permissions.has(route.permission)) throw notPermitted(principal, route.permission);
  if (!isChange) return;
  if (principal.via === 'session') refuseForgery(request, principal);
  limits.countChange(principal);
}

export function principalOf(caller: Caller): Principal {
  if ('principal' in caller) return caller.principal;
  throw caller.refusal;
}

/** A cookie goes along by itself with whatever a page makes a browser send; the token in the header does not. */
export function refuseForgery(request: Request, { csrfToken }: Principal): void {
  refuseForeignOrigin(request);
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

function notPermitted({ name }: Principal, permission: Permission): RequestRefused {
  return new RequestRefused({
    status: 403,
    code: 'NOT_PERMITTED',
    detail: `${name} may not do this: it takes the permission ${permission}`,
  });
}

function socketOnly({ method, path }: Request, remedy: string): RequestRefused {
  return new RequestRefused({
    status: 403,
    code: 'SOCKET_ONLY',
    detail: `${method} ${path} is possible only over the local socket of the gateway`,
    remedy,
  });
}
