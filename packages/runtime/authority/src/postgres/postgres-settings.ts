import type { Clock, Logger } from '@fieldwarden/core';
import { GatewayError } from '@fieldwarden/core';
import { Client, type ClientConfig } from 'pg';

export interface PostgresAuthorityOptions {
  /**
   * `postgres://user:password@host:5432/database`, with TLS as `?sslmode=verify-full&sslrootcert=/path/ca.pem`. The password is in no
   * error and in no log.
   */
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** TCP, TLS, log-in and the look at the schema, together. Default: 2,000. */
  readonly connectTimeoutMs?: number;
  /** One read, waiting for others included. Default: 2,000. */
  readonly readTimeoutMs?: number;
  /** All statements of a change up to the commit, and the commit again. Default: 10,000. */
  readonly writeTimeoutMs?: number;
  /** A server frees the site's lock when a gateway that is publishing is silent for this long. Default: 120,000. */
  readonly sealTimeoutMs?: number;
  /** How long `close` waits for a publish under way. Default: 10,000. */
  readonly closeGraceMs?: number;
  /** Makes the client of each connection. Default: that of `pg`. For tests that let statements fail. */
  readonly createClient?: (config: ClientConfig) => Client;
}

export type PostgresSettings = Required<PostgresAuthorityOptions> & {
  /** `host:port/database`, for messages. */
  readonly where: string;
};

/** Rejects a URL that cannot work, at once and without repeating it. */
export function postgresSettings(options: PostgresAuthorityOptions): PostgresSettings {
  return {
    connectTimeoutMs: 2_000,
    readTimeoutMs: 2_000,
    writeTimeoutMs: 10_000,
    sealTimeoutMs: 120_000,
    closeGraceMs: 10_000,
    createClient: (config) => new Client(config),
    ...options,
    where: whereOf(options.url),
  };
}

function whereOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) throw invalidUrl('it is no postgres:// URL');
  if (url.pathname.length < 2) throw invalidUrl('it names no database');
  return `${url.hostname}:${url.port || '5432'}${url.pathname}`;
}

export function invalidUrl(why: string): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_URL_INVALID',
    kind: 'config',
    message:
      `FIELDWARDEN_CONFIG_URL cannot be used: ${why}. Expected: postgres://user:password@host:5432/database, ` +
      'or no such variable for the store in the home directory',
  });
}
