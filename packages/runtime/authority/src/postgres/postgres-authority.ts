import type { ConfigAuthority, SiteAuthority } from '../config-authority.js';
import { checkSiteName } from '../publish-rules.js';
import { WorkQueue } from '../work-queue.js';
import { Connections } from './connections.js';
import { postgresSettings, type PostgresAuthorityOptions, type PostgresSettings } from './postgres-settings.js';
import { PostgresSite } from './postgres-site.js';

/** The authority of several gateways: the schema `fieldwarden` of a PostgreSQL database. */
export class PostgresAuthority implements ConfigAuthority {
  readonly kind = 'postgres';
  readonly #settings: PostgresSettings;
  readonly #connections: Connections;
  readonly #queue = new WorkQueue();
  #open = true;
  #closing: Promise<void> | undefined;

  private constructor(settings: PostgresSettings) {
    this.#settings = settings;
    this.#connections = new Connections(settings);
  }

  /**
   * Connections are made when something is asked, so the server may be away: then whatever is asked rejects with kind `unreachable`.
   * Throws `AUTHORITY_URL_INVALID` (kind `config`) for a URL that cannot work.
   */
  static connect(options: PostgresAuthorityOptions): PostgresAuthority {
    return new PostgresAuthority(postgresSettings(options));
  }

  async sites(): Promise<readonly string[]> {
    const rows = await this.#queue.run(() =>
      this.#connections.read((connection) =>
        connection.query<{ name: string }>(
          'select name from fieldwarden.site where exists (select from fieldwarden.generation where site = name)',
        ),
      ),
    );
    // Not by the database: its collation may order otherwise.
    return rows.map(({ name }) => name).sort();
  }

  site(name: string): SiteAuthority {
    return new PostgresSite(checkSiteName(name), {
      connections: this.#connections,
      queue: this.#queue,
      settings: this.#settings,
      isOpen: () => this.#open,
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#queue.close(this.#settings.clock, this.#settings.closeGraceMs);
    this.#open = false;
    this.#connections.close();
  }
}
