/** Somebody whom the gateway knows (SPEC §13.1): a person, or a program with a token. */
export interface Principal {
  /** Of the account, or of the token. */
  readonly name: string;
  /** Names of roles: `viewer`, `operator`, `engineer`, `admin`, or the plant's own. */
  readonly roles: readonly string[];
  /** Patterns over tag paths that the roles are held for: `packaging/**`. */
  readonly areas: readonly string[];
  /** How it was found out who this is. */
  readonly via: 'local' | 'token' | 'ldap' | 'oidc' | 'socket';
}
