import type { GatewayError } from '@fieldwarden/core';
import type { Principal, Role } from '@fieldwarden/gateway-contract';
import type { Kept } from '../store/kept-list.js';

export interface TokenEntry {
  readonly name: string;
  readonly createdAt: string;
  /** When the first admin was made with the set-up token: from then on it opens nothing. Null for any other token. */
  readonly usedAt: string | null;
  readonly role: Role;
  readonly areas: readonly string[];
  /** From then on it opens nothing; null = never. */
  readonly expiresAt: string | null;
  /** To the minute; null = never. */
  readonly lastUsedAt: string | null;
}

export interface NewToken {
  readonly name: string;
  /** Default: viewer. Who asks for nothing gets what does no harm. */
  readonly role?: Role | undefined;
  /** Default: everywhere. */
  readonly areas?: readonly string[] | undefined;
  readonly expiresAt?: string | null | undefined;
}

/** The tokens that open the Admin API, as the API needs them. */
export interface TokenBook {
  /** Why no token can be known. Undefined while they are. */
  readonly trouble: GatewayError | undefined;
  /** Who holds a token that may come in; undefined for one that is unknown, used up or expired. Takes the same time whatever the text. */
  verify(token: string): Principal | undefined;
  /** As it stands, whether or not it opens anything. */
  known(token: string): TokenEntry | undefined;
  /** What the token of this name opens now; undefined if nothing. */
  principalOf(name: string): Principal | undefined;
  /**
   * Makes a token and returns it in clear, this once. Throws kind `config`: `TOKEN_NAME`, `TOKEN_EXISTS`, `TOKEN_EXPIRY`, `BAD_AREA`, `TOO_MANY_TOKENS`,
   * `TOKENS_DAMAGED`.
   */
  create(token: NewToken): Promise<string>;
  /** In order of creation. Throws `TOKENS_DAMAGED`. */
  list(): Promise<readonly TokenEntry[]>;
  /** At once, whether it can be kept or not. Undefined if there is none of this name. Throws `TOKENS_DAMAGED`. */
  revoke(name: string): Promise<Kept | undefined>;
  /** The first admin was made: the set-up token opens nothing any more. */
  useUpSetup(): Promise<void>;
}
