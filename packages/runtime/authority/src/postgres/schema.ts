import { isGatewayError } from '@fieldwarden/core';
import { schemaNewer } from '../authority-errors.js';
import { migrations } from './migrations.js';
import type { PostgresConnection } from './postgres-connection.js';
import { sqlState } from './postgres-errors.js';
import type { PostgresSettings } from './postgres-settings.js';

/** Of the advisory lock under which the schema is changed: any number that nobody else in this database takes. */
const migrationLock = 4_842_001;

/** Neither the table nor its schema is there: SQLSTATE undefined_table, invalid_schema_name. */
const absent = new Set(['42P01', '3F000']);

/**
 * Looks at the version of the schema and brings it up to date if it is older. Writes nothing otherwise, so that a read-only
 * database can be read. Rejects with `AUTHORITY_SCHEMA_NEWER`.
 */
export async function ensureSchema(connection: PostgresConnection, settings: PostgresSettings): Promise<void> {
  const version = await versionOf(connection);
  if (version > migrations.length) throw schemaNewer(settings.where, version, migrations.length);
  if (version < migrations.length) await migrate(connection, settings);
}

async function versionOf(connection: PostgresConnection): Promise<number> {
  try {
    const [row] = await connection.query<{ version: number }>(
      'select max(version) as version from fieldwarden.migration',
    );
    return row.version ?? 0;
  } catch (error) {
    if (isGatewayError(error) && absent.has(sqlState(error.cause) ?? '')) return 0;
    throw error;
  }
}

/** Gateways that start together wait for the first of them, and find the work done. */
async function migrate(connection: PostgresConnection, settings: PostgresSettings): Promise<void> {
  await connection.query('begin');
  await connection.query('select pg_advisory_xact_lock($1)', [migrationLock]);
  await createBase(connection);
  const version = await versionOf(connection);
  for (const [i, sql] of migrations.entries()) {
    if (i < version) continue;
    await connection.query(sql);
    await connection.query('insert into fieldwarden.migration (version) values ($1)', [i + 1]);
  }
  await connection.query('commit');
  settings.logger.info('schema of the configuration database is up to date', { version: migrations.length });
}

/** Looked for first: "if not exists" asks for the right to create even if there is nothing to do. */
async function createBase(connection: PostgresConnection): Promise<void> {
  const [found] = await connection.query<{ schema: string | null; migration: string | null }>(
    `select to_regnamespace('fieldwarden') as schema, to_regclass('fieldwarden.migration') as migration`,
  );
  if (found.schema === null) await connection.query('create schema fieldwarden');
  if (found.migration !== null) return;
  await connection.query(
    'create table fieldwarden.migration (version integer primary key, applied_at timestamptz not null default now())',
  );
}
