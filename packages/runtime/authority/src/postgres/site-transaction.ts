import type { Generation } from '../config-authority.js';
import { outcomeUnknown, unreachable } from '../authority-errors.js';
import type { PackedGeneration } from '../stored-json.js';
import { noDraft, type DraftHead, type NewAuditRow } from '../publish-rules.js';
import type { PostgresConnection } from './postgres-connection.js';
import { isFatal, postgresError, sqlState } from './postgres-errors.js';
import type { PostgresSettings } from './postgres-settings.js';
import { draftColumns, toDraftHead, toNumber, type DraftRow } from './rows.js';

/** The site as it stands once its row is locked: nobody else changes it before the end of the transaction. */
export interface LockedSite {
  readonly draft: DraftHead;
  readonly newest: number | null;
}

/** The statements of a change of one site, in one transaction. Dropped without a commit it leaves nothing behind. */
export class SiteTransaction {
  readonly #site: string;
  readonly #connection: PostgresConnection;
  readonly #settings: PostgresSettings;

  constructor(site: string, connection: PostgresConnection, settings: PostgresSettings) {
    this.#site = site;
    this.#connection = connection;
    this.#settings = settings;
  }

  async begin(): Promise<LockedSite> {
    await this.#connection.query('begin');
    await this.#connection.query('insert into fieldwarden.site (name) values ($1) on conflict do nothing', [
      this.#site,
    ]);
    const [row] = await this.#connection.query<DraftRow>(
      `select ${draftColumns} from fieldwarden.site where name = $1 for update`,
      [this.#site],
    );
    const [{ newest }] = await this.#connection.query<{ newest: string | null }>(
      'select max(generation) as newest from fieldwarden.generation where site = $1',
      [this.#site],
    );
    return { draft: row === undefined ? noDraft : toDraftHead(row), newest: toNumber(newest) };
  }

  async insertGeneration(generation: Generation, packed: PackedGeneration): Promise<void> {
    const { publishedAtMs, author, message, sha256, drivers, tags, rollbackOf, source } = generation;
    await this.#connection.query(
      `insert into fieldwarden.generation
         (site, generation, published_at, author, message, sha256, drivers, tags, rollback_of, document,
          source_sha256, source_file, source_text)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        this.#site,
        generation.generation,
        new Date(publishedAtMs),
        author,
        message,
        sha256,
        drivers,
        tags,
        rollbackOf,
        packed.document,
        source?.sha256 ?? null,
        source?.file ?? null,
        packed.text,
      ],
    );
  }

  async updateDraft(draft: DraftHead): Promise<void> {
    await this.#connection.query(
      `update fieldwarden.site
       set draft_revision = $2, draft_base = $3, draft_edited = $4, draft_updated_at = $5, draft_author = $6,
           draft_text = case when $4 then draft_text end
       where name = $1`,
      [this.#site, ...draftValues(draft)],
    );
  }

  async updateDraftText(draft: DraftHead, packed: Buffer | null): Promise<void> {
    await this.updateDraft(draft);
    await this.#connection.query('update fieldwarden.site set draft_text = $2 where name = $1', [this.#site, packed]);
  }

  async insertAudit(row: NewAuditRow, nowMs: number): Promise<void> {
    await insertAudit(this.#connection, this.#site, row, nowMs);
  }

  /**
   * Rejects with `AUTHORITY_OUTCOME_UNKNOWN` when the connection broke after the commit had been sent; any other rejection means that
   * nothing was changed.
   */
  async commit(what: string): Promise<void> {
    this.#connection.allow(this.#settings.writeTimeoutMs);
    if (!this.#connection.isOpen) throw connectionLost(this.#settings.where);
    const { command } = await this.#connection
      .send('commit')
      .catch((error: unknown) => this.#commitFailed(what, error));
    // What PostgreSQL answers to the commit of a transaction in which a statement has failed.
    if (command !== 'COMMIT') throw connectionLost(this.#settings.where);
  }

  /** So that the lock is free at once. Never rejects. */
  async rollback(): Promise<void> {
    if (this.#connection.isOpen) await this.#connection.query('rollback').catch(() => undefined);
  }

  #commitFailed(what: string, error: unknown): never {
    if (sqlState(error) === undefined || isFatal(error)) throw outcomeUnknown(what, error);
    throw postgresError(this.#settings.where, error);
  }
}

/** For a change that is one row and no more. */
export async function insertAudit(
  connection: PostgresConnection,
  site: string,
  row: NewAuditRow,
  nowMs: number,
): Promise<void> {
  await connection.query(
    `insert into fieldwarden.audit (site, at, action, author, via, generation, message, correlation_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [site, new Date(nowMs), row.action, row.author, row.via, row.generation, row.message, row.correlationId],
  );
}

function draftValues({ revision, baseGeneration, edited, updatedAtMs, author }: DraftHead): readonly unknown[] {
  return [revision, baseGeneration, edited, updatedAtMs === null ? null : new Date(updatedAtMs), author];
}

function connectionLost(where: string): Error {
  return unreachable(
    `the connection to the configuration database ${where} broke before the commit`,
    'Nothing was changed',
  );
}
