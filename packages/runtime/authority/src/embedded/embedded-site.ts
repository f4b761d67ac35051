import type { Clock } from '@fieldwarden/core';
import type { ConfigAuditRow } from '@fieldwarden/gateway-contract';
import { summaryOf } from '@fieldwarden/config';
import { closed } from '../authority-errors.js';
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
import { packGeneration, packJson, unpackGeneration, unpackJson, type PackedGeneration } from '../stored-json.js';
import type { DiskReserve } from '@fieldwarden/storage';
import type { WorkQueue } from '../work-queue.js';
import { jsonBytes, type AuthorityFile, type RecordWrite } from './authority-file.js';
import type { SiteRecord, TextKey } from './records.js';

const emptySite: SiteRecord = { newest: null, generations: 0, lastAudit: 0, draft: noDraft };

export interface EmbeddedSiteDependencies {
  readonly file: AuthorityFile;
  readonly queue: WorkQueue;
  /** Of the disk, for what must be recorded also when it is full. */
  readonly reserve: DiskReserve;
  readonly clock: Clock;
  /** False once the file is closed. */
  readonly isOpen: () => boolean;
}

/** One site in the LMDB file. Every change is one transaction, and one site's changes come one after the other. */
export class EmbeddedSite implements SiteAuthority {
  readonly site: string;
  readonly #parts: EmbeddedSiteDependencies;

  constructor(site: string, parts: EmbeddedSiteDependencies) {
    this.site = site;
    this.#parts = parts;
  }

  async current(): Promise<Generation | undefined> {
    return await this.#parts.queue.run(async () => {
      const { newest } = this.#record();
      return newest === null ? undefined : await this.#load(newest);
    });
  }

  async currentSummary(): Promise<GenerationSummary | undefined> {
    return await this.#parts.queue.run(async () => {
      const { newest } = this.#record();
      return newest === null ? undefined : this.#summary(newest);
    });
  }

  async generation(number: number): Promise<Generation | undefined> {
    return await this.#parts.queue.run(async () => (isNumber(number) ? await this.#load(number) : undefined));
  }

  async generations({ before, limit }: { before?: number; limit: number }): Promise<readonly GenerationSummary[]> {
    return await this.#parts.queue.run(async () => {
      const from = Math.min(this.#record().newest ?? 0, lastBefore(before));
      return this.#parts.file.numbered(['generation', this.site, from], pageSize(limit));
    });
  }

  async draft(): Promise<StoredDraft> {
    return await this.#parts.queue.run(async () => {
      const { draft, newest } = this.#record();
      const text = draft.edited ? ((await unpackJson(this.#parts.file.bytes(['draft', this.site])!)) as string) : null;
      return storedDraft(draft, newest, text);
    });
  }

  saveDraft(text: string, options: { expectedRevision?: number; by: Author }): Promise<StoredDraft> {
    return this.#changeDraft(text, options);
  }

  discardDraft(by: Author): Promise<StoredDraft> {
    return this.#changeDraft(null, { by });
  }

  async publish(command: PublishCommand, seal: (generation: Generation) => Promise<void>): Promise<Generation> {
    return await this.#parts.queue.inTurn(this.site, async () => {
      const before = this.#record();
      checkRevision(this.site, command.expectedRevision, before.draft.revision);
      const number = nextNumber(before.newest, command.above);
      const generation = newGeneration(this.site, number, command, this.#parts.clock.wallMs());
      const packed = await packGeneration(generation);
      await seal(generation);
      if (!this.#parts.isOpen()) throw closed();
      await this.#commitPublish(generation, packed, command);
      return generation;
    });
  }

  async audit(limit: number): Promise<readonly ConfigAuditRow[]> {
    return await this.#parts.queue.run(async () =>
      this.#parts.file.numbered(['audit', this.site, this.#record().lastAudit], pageSize(limit)),
    );
  }

  async recordAudit(row: NewAuditRow): Promise<void> {
    const { queue, reserve } = this.#parts;
    await queue.run(() => reserve.write(() => this.#commit((site) => site, storableRow(row))));
  }

  async #changeDraft(
    text: string | null,
    { expectedRevision, by }: { expectedRevision?: number; by: Author },
  ): Promise<StoredDraft> {
    return await this.#parts.queue.inTurn(this.site, async () => {
      const before = this.#record();
      checkRevision(this.site, expectedRevision, before.draft.revision);
      const { newest } = before;
      const nowMs = this.#parts.clock.wallMs();
      const draft = changedDraft(before.draft, { edited: text !== null, newest, by, nowMs });
      const content = await packJson(text);
      const row = draftRow(by, text);
      await this.#commit((site) => ({ ...site, draft }), row, [{ key: ['draft', this.site], content }]);
      return storedDraft(draft, newest, text);
    });
  }

  #commitPublish(generation: Generation, { document, text }: PackedGeneration, command: PublishCommand): Promise<void> {
    const { generation: number, publishedAtMs } = generation;
    const change = (site: SiteRecord): SiteRecord => ({
      ...site,
      newest: number,
      generations: site.generations + 1,
      draft: draftAfterPublish(site.draft, command, publishedAtMs),
    });
    return this.#commit(change, publishRow(generation, command.by), [
      { key: ['generation', this.site, number], content: jsonBytes(summaryOf(generation)) },
      { key: ['document', this.site, number], content: document },
      ...(text === null ? [] : [textWrite(['text', this.site, number], text)]),
    ]);
  }

  /** Audit row, site and what else belongs to the change, in one transaction. */
  async #commit(
    change: (site: SiteRecord) => SiteRecord,
    row: NewAuditRow,
    more: readonly RecordWrite[] = [],
  ): Promise<void> {
    const audit: ConfigAuditRow = { at: new Date(this.#parts.clock.wallMs()).toISOString(), ...row };
    await this.#parts.file.commit(() => {
      const before = this.#record();
      const lastAudit = before.lastAudit + 1;
      return [
        ...this.#registration(),
        { key: ['site', this.site], content: jsonBytes({ ...change(before), lastAudit }) },
        { key: ['audit', this.site, lastAudit], content: jsonBytes(audit) },
        ...more,
      ];
    });
  }

  /** A site that is new becomes part of the list of sites. */
  #registration(): readonly RecordWrite[] {
    const format = this.#parts.file.json('format')!;
    if (format.sites.includes(this.site)) return [];
    return [{ key: 'format', content: jsonBytes({ ...format, sites: [...format.sites, this.site] }) }];
  }

  #record(): SiteRecord {
    return this.#parts.file.json(['site', this.site]) ?? emptySite;
  }

  #summary(number: number): GenerationSummary | undefined {
    return this.#parts.file.json(['generation', this.site, number]);
  }

  async #load(number: number): Promise<Generation | undefined> {
    const summary = this.#summary(number);
    if (summary === undefined) return undefined;
    const { file } = this.#parts;
    const document = file.bytes(['document', this.site, number])!;
    return await unpackGeneration(summary, { document, text: file.bytes(['text', this.site, number]) ?? null });
  }
}

function textWrite(key: TextKey, content: Buffer): RecordWrite {
  return { key, content };
}
