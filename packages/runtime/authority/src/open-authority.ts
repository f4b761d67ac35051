import type { Clock, Logger } from '@fieldwarden/core';
import type { ConfigAuthority } from './config-authority.js';
import { EmbeddedAuthority } from './embedded/embedded-authority.js';

export interface OpenAuthorityOptions {
  /** `FIELDWARDEN_CONFIG_URL`: `postgres://…`; undefined or empty = the store in the home directory. */
  readonly url: string | undefined;
  readonly home: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The authority that the gateway is told to use (SPEC §7.2). Rejects with `AUTHORITY_URL_INVALID` for any other URL; the embedded one
 * also as `EmbeddedAuthority.open` does. A PostgreSQL server that is away is no reason to reject.
 */
export async function openAuthority({ url, ...options }: OpenAuthorityOptions): Promise<ConfigAuthority> {
  if (!url) return await EmbeddedAuthority.open(options);
  const { PostgresAuthority } = await import('./postgres/postgres-authority.js'); // its client only where it is used
  return PostgresAuthority.connect({ url, ...options });
}
