import type { DatabaseConnection } from './database-connection.js';
import type { QueuedTag } from '../queue/queued-rows.js';

interface TagRow {
  readonly id: number;
  readonly path: string;
  readonly data_type: string;
}

/** Which row of `tag` a path of the site has. A path that has another type now has a second one. */
export class TagIds {
  readonly #connection: DatabaseConnection;
  readonly #site: string;
  readonly #ids = new Map<string, number>();

  constructor(connection: DatabaseConnection, site: string) {
    this.#connection = connection;
    this.#site = site;
  }

  /** Undefined before `learn`. */
  of(tag: QueuedTag): number | undefined {
    return this.#ids.get(keyOf(tag.path, tag.dataType));
  }

  async learn(tags: Iterable<QueuedTag>): Promise<void> {
    const news = new Map<string, QueuedTag>();
    for (const tag of tags) {
      const key = keyOf(tag.path, tag.dataType);
      if (!this.#ids.has(key)) news.set(key, tag);
    }
    if (news.size === 0) return;
    const paths = [...news.values()].map(({ path }) => path);
    const types = [...news.values()].map(({ dataType }) => dataType);
    await this.#find(paths, types);
    const missing = [...news].filter(([key]) => !this.#ids.has(key)).map(([, tag]) => tag);
    if (missing.length === 0) return;
    await this.#connection.query(
      `insert into fieldwarden_history.tag (path, data_type, site)
       select path, data_type, $3 from unnest($1::text[], $2::text[]) as t (path, data_type) on conflict do nothing`,
      [missing.map(({ path }) => path), missing.map(({ dataType }) => dataType), this.#site],
    );
    await this.#find(paths, types);
  }

  async #find(paths: readonly string[], types: readonly string[]): Promise<void> {
    const rows = await this.#connection.query<TagRow>(
      `select id, path, data_type from fieldwarden_history.tag
       join unnest($1::text[], $2::text[]) as t (path, data_type) using (path, data_type) where site = $3`,
      [paths, types, this.#site],
    );
    for (const { id, path, data_type: dataType } of rows) this.#ids.set(keyOf(path, dataType), id);
  }
}

function keyOf(path: string, dataType: string): string {
  return `${dataType} ${path}`;
}
