import type { Grant, Principal } from '@fieldwarden/gateway-contract';

/** Another place than the local accounts that knows people by name and password: a directory. Asked for names that are no local account. */
export interface PasswordSource {
  /** `ldap`. Stands in sessions. */
  readonly id: string;
  /**
   * Who that is; `unknown`: nobody of that name, or nobody who may come in; `refused`: another password. Rejects with kind `unreachable` when it cannot
   * be asked. Never called with an empty password.
   */
  signIn(attempt: { readonly user: string; readonly password: string }): Promise<Principal | 'unknown' | 'refused'>;
  /** What somebody who came in may do by now, asked on each request: of what is known already. Undefined: nothing any more. Default: as at the sign-in. */
  grantsNow?(name: string): readonly Grant[] | undefined;
}
