import type { ConfigAudit, GenerationDetail, GenerationList } from '@fieldwarden/admin-contract';
import type { AuthorityAccess } from './ports.js';
import { generationRow } from './rows.js';
import type { SubmittedDocuments } from './submitted-documents.js';

/** What was published at this site, and by whom. Rejects with AUTHORITY_UNREACHABLE while the authority is away. */
export class GenerationArchive {
  readonly #authority: AuthorityAccess;
  readonly #submitted: SubmittedDocuments;
  readonly #running: () => number;

  constructor(authority: AuthorityAccess, submitted: SubmittedDocuments, running: () => number) {
    this.#authority = authority;
    this.#submitted = submitted;
    this.#running = running;
  }

  /** Newest first, those before the generation `before`. */
  async list(limit: number, before?: number): Promise<GenerationList> {
    const page = { limit, ...(before !== undefined && { before }) };
    const [summaries, newest] = await this.#authority.read(
      async (site) => await Promise.all([site.generations(page), site.currentSummary()]),
    );
    const last = summaries.at(-1);
    return {
      schema: 'fieldwarden/generations@1',
      running: this.#running(),
      published: newest?.generation ?? null,
      generations: summaries.map(generationRow),
      nextCursor: last && summaries.length === limit ? String(last.generation) : null,
    };
  }

  /** Of one, also from its snapshot here. Rejects with GENERATION_UNKNOWN. */
  async generation(number: number): Promise<GenerationDetail> {
    const found = await this.#submitted.generation(number);
    return { schema: 'fieldwarden/generation@1', ...generationRow(found), document: found.document };
  }

  async audit(limit: number): Promise<ConfigAudit> {
    return { schema: 'fieldwarden/config-audit@1', rows: await this.#authority.read((site) => site.audit(limit)) };
  }
}
