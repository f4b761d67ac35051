import { everywhere, type Origin, type Principal } from '@fieldwarden/gateway-contract';
import type { Request } from 'express';
import type { SocketVisitor } from './socket-visitors.js';

/** Who asks: the user of the local socket, the holder of an API token, or of a console session. */
export interface Requester {
  /** Who that is, and what he may do. */
  readonly principal: Principal;
  readonly via: 'socket' | 'token' | 'session';
  /** Address of the client; empty over the local socket. */
  readonly from: string;
  /** The session by which it came, with its id, which is secret, and who opened it; null by any other way. */
  readonly session: { readonly id: string; readonly source: string; readonly name: string } | null;
  /** Goes with every changing request of a session; null where nothing is sent by itself, as a cookie is. */
  readonly csrfToken: string | null;
  /** When it has to sign in again, ms since 1970 UTC; null = never. */
  readonly expiresAtMs: number | null;
  /** False once the token was revoked, or the session has ended. A stream that stays open asks now and then: that counts as use. */
  stands(): boolean;
}

/** Whoever may open the socket may do everything: the mode of the file says who that is. `visitor`: who that was, where it was proven. */
export function socketRequester(visitor: SocketVisitor | undefined): Requester {
  const { name, uid } = visitor ?? { name: 'local', uid: undefined };
  return {
    principal: { name, grants: adminEverywhere, proof: 'socket', ...(uid !== undefined && { uid }) },
    via: 'socket',
    from: '',
    session: null,
    csrfToken: null,
    expiresAtMs: null,
    stands: () => true,
  };
}

const adminEverywhere: Principal['grants'] = [{ role: 'admin', areas: everywhere }];

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

export function addressOf({ socket: { remoteAddress = '' } }: Request): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice('::ffff:'.length) : remoteAddress;
}
