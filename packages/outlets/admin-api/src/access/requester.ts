/** What a request may want. Each route names one; who may do what is decided by these alone. */
export const permissions = ['view', 'operate', 'write', 'configure', 'administer'] as const;

/**
 * `view` reads · `operate` acts on drivers and devices · `write` writes tags · `configure` changes drafts and publishes ·
 * `administer` tokens and the gateway's own process.
 */
export type Permission = (typeof permissions)[number];

/** Who asks: the user of the local socket, the holder of an API token, or of a console session. */
export interface Requester {
  /** Of the user, or of the token: the one that was sent, or the one that opened the session. */
  readonly name: string;
  readonly via: 'socket' | 'token' | 'session';
  readonly permissions: ReadonlySet<Permission>;
  /** Goes with every changing request of a session; null where nothing is sent by itself, as a cookie is. */
  readonly csrfToken: string | null;
  /** When it has to sign in again, ms since 1970 UTC; null = never. */
  readonly expiresAtMs: number | null;
  /** False once the token was revoked, or the session has ended. A stream that stays open asks now and then: that counts as use. */
  stands(): boolean;
}

/** Until there are roles, whoever comes in may do everything. */
export const allPermissions: ReadonlySet<Permission> = new Set(permissions);

/** Name under which the user of the local socket gives itself out; not proven, like the author of a commit. */
export const userHeader = 'X-Fieldwarden-User';

export function socketRequester(user: string | undefined): Requester {
  const name = user !== undefined && /^[\w.@-]{1,64}$/.test(user) ? user : 'local';
  return {
    name,
    via: 'socket',
    permissions: allPermissions,
    csrfToken: null,
    expiresAtMs: null,
    stands: () => true,
  };
}

const originNames: Readonly<Record<Requester['via'], (name: string) => string>> = {
  socket: () => 'admin-socket',
  token: (name) => `admin-api/${name}`,
  session: (name) => `console/${name}`,
};

/** How a request came in, for logs and audits: `admin-socket`, `admin-api/<token>`, `console/<token>`. */
export function originName({ via, name }: Requester): string {
  return originNames[via](name);
}
