import type { Grant, Principal } from '@fieldwarden/gateway-contract';

/** What a session has of its holder: what was said at the sign-in. */
export interface LastGrants {
  readonly grants: readonly Grant[];
  /** ms since 1970 UTC. */
  readonly atMs: number;
}

/** Another place than the local accounts that knows people: a directory, a provider. While it is in use, sessions of its people stand. */
export interface PrincipalSource {
  /** `ldap`, `oidc`. Stands in sessions. */
  readonly id: string;
  /** What somebody who came in may do by now, asked on each request: of what is known already. Undefined: nothing any more. Default: as at the sign-in. */
  grantsNow?(name: string, last: LastGrants): readonly Grant[] | undefined;
}

/** One that knows people by name and password: a directory. Asked for names that are no local account. */
export interface PasswordSource extends PrincipalSource {
  /**
   * Who that is; `unknown`: nobody of that name, or nobody who may come in; `refused`: another password. Rejects with kind `unreachable` when it cannot
   * be asked. Never called with an empty password.
   */
  signIn(attempt: { readonly user: string; readonly password: string }): Promise<Principal | 'unknown' | 'refused'>;
}
