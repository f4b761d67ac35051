import { everywhere, type Origin, type Principal } from '@fieldwarden/gateway-contract';

/** Who asks: the user of the local socket, the holder of an API token, or of a console session. */
export interface Requester {
  /** Who that is, and what he may do. */
  readonly principal: Principal;
  readonly via: 'socket' | 'token' | 'session';
  /** Goes with every changing request of a session; null where nothing is sent by itself, as a cookie is. */
  readonly csrfToken: string | null;
  /** When it has to sign in again, ms since 1970 UTC; null = never. */
  readonly expiresAtMs: number | null;
  /** False once the token was revoked, or the session has ended. A stream that stays open asks now and then: that counts as use. */
  stands(): boolean;
}

/** Name under which the user of the local socket gives itself out; not proven, like the author of a commit. */
export const userHeader = 'X-Fieldwarden-User';

/** Whoever may open the socket may do everything: the mode of the file says who that is. */
export function socketRequester(user: string | undefined): Requester {
  const name = user !== undefined && /^[\w.@-]{1,64}$/.test(user) ? user : 'local';
  return {
    principal: { name, grants: adminEverywhere, proof: 'socket' },
    via: 'socket',
    csrfToken: null,
    expiresAtMs: null,
    stands: () => true,
  };
}

const adminEverywhere: Principal['grants'] = [{ role: 'admin', areas: everywhere }];

/** The principal of a token: until tokens have roles, it may do everything. */
export function tokenPrincipal(name: string): Principal {
  return { name, grants: adminEverywhere, proof: 'token' };
}

const roads: Readonly<Record<Requester['via'], string>> = { socket: 'socket', token: 'rest', session: 'console' };

/** How a request came in, for logs and audits. */
export function originOf({
  requester: { principal, via },
  correlationId,
}: {
  readonly requester: Requester;
  readonly correlationId: string;
}): Origin {
  return { via: roads[via], principal, correlationId };
}
