import type { Generation, GenerationSummary } from '@fieldwarden/authority';
import type { ConfigAuditRow } from '@fieldwarden/gateway-contract';
import type { AuthorityAccess } from './ports.js';
import type { SubmittedDocuments } from './submitted-documents.js';

/** Some of the generations of a site. */
export interface GenerationPage {
  /** What this gateway runs. */
  readonly running: number;
  /** The newest one that the authority knows; null when it knows none. */
  readonly published: number | null;
  /** Newest first. */
  readonly generations: readonly GenerationSummary[];
  /** Pass as `before` for older ones; null at the end. */
  readonly nextBefore: number | null;
}

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
  async list(limit: number, before?: number): Promise<GenerationPage> {
    const page = { limit, ...(before !== undefined && { before }) };
    const [generations, newest] = await this.#authority.read(
      async (site) => await Promise.all([site.generations(page), site.currentSummary()]),
    );
    const last = generations.at(-1);
    return {
      running: this.#running(),
      published: newest?.generation ?? null,
      generations,
      nextBefore: last && generations.length === limit ? last.generation : null,
    };
  }

  /** One with its document, also from its snapshot here. Rejects with GENERATION_UNKNOWN. */
  async generation(number: number): Promise<Generation> {
    return await this.#submitted.generation(number);
  }

  /** Newest first. */
  async audit(limit: number): Promise<readonly ConfigAuditRow[]> {
    return await this.#authority.read((site) => site.audit(limit));
  }
}
