import type { DatabaseConnection } from './database-connection.js';

/** How `value` is cut into days: by PostgreSQL's own partitions, or by TimescaleDB's chunks. */
export type DayLayout = 'partitions' | 'hypertable';

/** Several gateways may do this at a time: one after the other. Any number that nobody else uses. */
export const schemaLock = 4_912_077_601;

/**
 * INTERFACES §19. `tag` has a row for each path and type of a site; `writer` says how far each run of a gateway has written (ADR 62);
 * `site` says for how long a site wants values kept.
 */
const tables = `
  create schema if not exists fieldwarden_history;
  create table if not exists fieldwarden_history.site (
    name            text primary key,
    retention_days  integer not null
  );
  create table if not exists fieldwarden_history.tag (
    id         integer generated always as identity primary key,
    path       text not null,
    data_type  text not null,
    site       text not null,
    unique (path, data_type, site)
  );
  create table if not exists fieldwarden_history.writer (
    run         uuid primary key,
    site        text not null,
    sequence    bigint not null,
    written_at  timestamptz not null
  );`;

const valueTable = `create table if not exists fieldwarden_history.value (
    tag_id   integer not null,
    at       timestamptz not null,
    number   double precision,
    integer  numeric,
    text     text,
    status   bigint not null
  )`;

const byTime = 'create index if not exists value_tag_at on fieldwarden_history.value (tag_id, at)';

/** Makes what is missing. TimescaleDB is used where the database has its extension when the table is made. */
export async function ensureHistorySchema(connection: DatabaseConnection): Promise<DayLayout> {
  const found = await layoutOf(connection);
  if (found) return found;
  return await connection.transaction(async () => {
    await connection.query('select pg_advisory_xact_lock($1)', [schemaLock]);
    await connection.run(tables);
    const again = await layoutOf(connection);
    if (again) return again;
    const [{ timescale }] = await connection.query<{ timescale: boolean }>(
      `select exists (select 1 from pg_extension where extname = 'timescaledb') as timescale`,
    );
    await connection.run(timescale ? valueTable : `${valueTable} partition by range (at)`);
    await connection.run(byTime);
    if (!timescale) return 'partitions';
    await connection.run(
      `select create_hypertable('fieldwarden_history.value', 'at', chunk_time_interval => interval '1 day', create_default_indexes => false)`,
    );
    return 'hypertable';
  });
}

/** Undefined: the table of values is not there, and all others are made before it. */
async function layoutOf(connection: DatabaseConnection): Promise<DayLayout | undefined> {
  const rows = await connection.query<{ kind: string | null }>(
    `select (select relkind::text from pg_class where oid = to_regclass('fieldwarden_history.value')) as kind`,
  );
  const kind = rows[0].kind;
  if (kind === null) return undefined;
  return kind === 'p' ? 'partitions' : 'hypertable';
}
