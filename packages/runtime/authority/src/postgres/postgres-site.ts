import type { ConfigAuditRow } from '@fieldwarden/gateway-contract';
import { closed, damaged } from '../authority-errors.js';
import type {
  Author,
  Generation,
  GenerationSummary,
  PublishCommand,
  SiteAuthority,
  StoredDraft,
} from '../config-authority.js';
import {
  changedDraft,
  checkRevision,
  draftAfterPublish,
  draftRow,
  newGeneration,
  isNumber,
  lastBefore,
  nextNumber,
  noDraft,
  pageSize,
  publishRow,
  storableRow,
  storedDraft,
  type NewAuditRow,
} from '../publish-rules.js';
import { packGeneration, packJson, unpackGeneration, unpackJson } from '../stored-json.js';
import type { WorkQueue } from '../work-queue.js';
import type { Connections } from './connections.js';
import type { PostgresSettings } from './postgres-settings.js';
import {
  draftColumns,
  summaryColumns,
  toAuditRow,
  toDraftHead,
  toNumber,
  toSummary,
  type AuditRow,
  type DraftRow,
  type StoredGenerationRow,
} from './rows.js';
import { insertAudit, SiteTransaction, type LockedSite } from './site-transaction.js';

export interface PostgresSiteDependencies {
  readonly connections: Connections;
  readonly queue: WorkQueue;
  readonly settings: PostgresSettings;
  /** False once its connections are closed. */
  readonly isOpen: () => boolean;
}

type DocumentRow = StoredGenerationRow & { readonly document: Buffer; readonly source_text: Buffer | null };

/** One site in PostgreSQL. A change locks the site's row: also publishers on other gateways come one after the other. */
export class PostgresSite implements SiteAuthority {
  readonly site: string;
  readonly #parts: PostgresSiteDependencies;

  constructor(site: string, parts: PostgresSiteDependencies) {
    this.site = site;
    this.#parts = parts;
  }

  async current(): Promise<Generation | undefined> {
    return await this.#load('order by generation desc limit 1', []);
  }

  async currentSummary(): Promise<GenerationSummary | undefined> {
    return (await this.generations({ limit: 1 }))[0];
  }

  async generation(number: number): Promise<Generation | undefined> {
    return isNumber(number) ? await this.#load('and generation = $2', [number]) : undefined;
  }

  async generations({ before, limit }: { before?: number; limit: number }): Promise<readonly GenerationSummary[]> {
    const rows = await this.#read<StoredGenerationRow>(
      `select ${summaryColumns} from fieldwarden.generation
       where site = $1 and generation <= $2 order by generation desc limit $3`,
      [lastBefore(before), pageSize(limit)],
    );
    return rows.map((row) => toSummary(this.site, row));
  }

  async draft(): Promise<StoredDraft> {
    const [row] = await this.#read<DraftRow & { draft_text: Buffer | null; newest: string | null }>(
      `select ${draftColumns}, draft_text, (select max(generation) from fieldwarden.generation where site = name) as newest
       from fieldwarden.site where name = $1`,
      [],
    );
    if (row === undefined) return storedDraft(noDraft, null, null);
    const text =
      row.draft_text === null ? null : ((await this.#whole(unpackJson(row.draft_text), 'the draft')) as string);
    return storedDraft(toDraftHead(row), toNumber(row.newest), text);
  }

  saveDraft(text: string, options: { expectedRevision?: number; by: Author }): Promise<StoredDraft> {
    return this.#changeDraft(text, options);
  }

  discardDraft(by: Author): Promise<StoredDraft> {
    return this.#changeDraft(null, { by });
  }

  async publish(command: PublishCommand, seal: (generation: Generation) => Promise<void>): Promise<Generation> {
    return await this.#change(async (transaction, { draft, newest }) => {
      checkRevision(this.site, command.expectedRevision, draft.revision);
      const number = nextNumber(newest, command.above);
      const generation = newGeneration(this.site, number, command, this.#nowMs());
      await transaction.insertGeneration(generation, await packGeneration(generation));
      await transaction.updateDraft(draftAfterPublish(draft, command, generation.publishedAtMs));
      await transaction.insertAudit(publishRow(generation, command.by), this.#nowMs());
      await seal(generation);
      if (!this.#parts.isOpen()) throw closed();
      await transaction.commit(`publishing generation ${number} of site ${this.site}`);
      return generation;
    });
  }

  async audit(limit: number): Promise<readonly ConfigAuditRow[]> {
    const rows = await this.#read<AuditRow>(
      `select at, action, author, via, generation, message, correlation_id from fieldwarden.audit
       where site = $1 order by id desc limit $2`,
      [pageSize(limit)],
    );
    return rows.map(toAuditRow);
  }

  /** Not behind a publish of the site that is under way. */
  async recordAudit(row: NewAuditRow): Promise<void> {
    const { connections, queue } = this.#parts;
    await queue.run(() =>
      connections.write(async (connection) => {
        await connection.query('insert into fieldwarden.site (name) values ($1) on conflict do nothing', [this.site]);
        await insertAudit(connection, this.site, storableRow(row), this.#nowMs());
      }),
    );
  }

  async #changeDraft(
    text: string | null,
    { expectedRevision, by }: { expectedRevision?: number; by: Author },
  ): Promise<StoredDraft> {
    return await this.#change(async (transaction, { draft, newest }) => {
      checkRevision(this.site, expectedRevision, draft.revision);
      const changed = changedDraft(draft, { edited: text !== null, newest, by, nowMs: this.#nowMs() });
      await transaction.updateDraftText(changed, text === null ? null : await packJson(text));
      await transaction.insertAudit(draftRow(by, text), this.#nowMs());
      await transaction.commit(`changing the draft of site ${this.site}`);
      return storedDraft(changed, newest, text);
    });
  }

  /** One transaction; rolled back unless `work` commits it. */
  async #change<T>(work: (transaction: SiteTransaction, locked: LockedSite) => Promise<T>): Promise<T> {
    const { connections, queue, settings } = this.#parts;
    return await queue.inTurn(this.site, () =>
      connections.write(async (connection) => {
        const transaction = new SiteTransaction(this.site, connection, settings);
        try {
          return await work(transaction, await transaction.begin());
        } catch (error) {
          await transaction.rollback();
          throw error;
        }
      }),
    );
  }

  async #read<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { connections, queue } = this.#parts;
    return await queue.run(() =>
      connections.read((connection) => connection.query<Row & Record<string, unknown>>(text, [this.site, ...values])),
    );
  }

  async #load(which: string, values: readonly unknown[]): Promise<Generation | undefined> {
    const [row] = await this.#read<DocumentRow>(
      `select ${summaryColumns}, document, source_text from fieldwarden.generation where site = $1 ${which}`,
      values,
    );
    if (row === undefined) return undefined;
    const summary = toSummary(this.site, row);
    const unpacking = unpackGeneration(summary, { document: row.document, text: row.source_text });
    return await this.#whole(unpacking, `generation ${summary.generation}`);
  }

  async #whole<T>(unpacking: Promise<T>, what: string): Promise<T> {
    return await unpacking.catch((error: unknown) => {
      const where = `${what} of site ${this.site} in the configuration database ${this.#parts.settings.where}`;
      throw damaged(`${where} is damaged`, 'Restore the database from a backup, or publish again', error);
    });
  }

  #nowMs(): number {
    return this.#parts.settings.clock.wallMs();
  }
}
