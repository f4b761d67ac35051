import type { GatewayError } from '@fieldwarden/core';

export interface TokenEntry {
  readonly name: string;
  readonly createdAt: string;
  /** When the set-up token opened a session: from then on it opens nothing. Null for any other token. */
  readonly usedAt: string | null;
}

/** A token opens nothing any more. `kept`: after a restart neither; else why it would open again. */
export type Revocation = { readonly kept: true } | { readonly kept: false; readonly reason: string };

/** The tokens that open the Admin API, as the API needs them. */
export interface TokenBook {
  /** Why no token can be known; then the door on TCP is shut. Undefined while they are. */
  readonly trouble: GatewayError | undefined;
  /** Name of a token that may come in; undefined for one that is unknown or used up. Takes the same time whatever the text. */
  verify(token: string): string | undefined;
  /** For a session: what is known of the token, as it was before. The set-up token is used up by that; one with `usedAt` opens nothing. */
  redeem(token: string): Promise<TokenEntry | undefined>;
  /** Makes a token and returns it in clear, this once. Throws kind `config`: `TOKEN_NAME`, `TOKEN_EXISTS`, `TOO_MANY_TOKENS`, `TOKENS_DAMAGED`. */
  create(name: string): Promise<string>;
  /** In order of creation. Throws `TOKENS_DAMAGED`. */
  list(): Promise<readonly TokenEntry[]>;
  /** At once, whether it can be kept or not. Undefined if there is none of this name. Throws `TOKENS_DAMAGED`. */
  revoke(name: string): Promise<Revocation | undefined>;
}
