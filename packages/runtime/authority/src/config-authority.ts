import type { ConfigAuditRow } from '@fieldwarden/gateway-contract';
import type { Generation, GenerationSummary, PlantDocument, PublishedSource } from '@fieldwarden/config';

export type { Generation, GenerationSummary, PublishedSource } from '@fieldwarden/config';

/**
 * Where drafts and generations live (SPEC §7.2). One authority may hold several sites; they do not know each other. Two
 * implementations: embedded (LMDB in the home directory) and PostgreSQL.
 *
 * Reads and writes reject with kind `unreachable`, code `AUTHORITY_UNREACHABLE`, when the store is away: at once for writes. Whoever
 * reads decides about time-outs and retries; nothing here retries or caches.
 *
 * Other codes: `AUTHORITY_OUTCOME_UNKNOWN` (kind `unreachable`; the connection broke during the commit, read to find out),
 * `AUTHORITY_DAMAGED` and `AUTHORITY_SCHEMA_NEWER` (kind `config`), `AUTHORITY_CLOSED` (kind `cancelled`), `AUTHORITY_OVERLOADED` (64
 * changes of the site are waiting). In names, messages and correlation ids, U+0000 and lone surrogates become U+FFFD; documents and
 * drafts keep every character.
 */
export interface ConfigAuthority {
  readonly kind: 'embedded' | 'postgres';
  /** Names of all sites with at least one generation, in code unit order. */
  sites(): Promise<readonly string[]>;
  /** Throws `AUTHORITY_SITE_INVALID` (kind `config`) for what is no name of a site. */
  site(name: string): SiteAuthority;
  /** Waits a while for what has begun, rejects what has not. Resolves when nothing of it is open any more. Never rejects. */
  close(): Promise<void>;
}

/** The drafts and generations of one site. */
export interface SiteAuthority {
  readonly site: string;

  /** The newest generation; undefined before the first publish. */
  current(): Promise<Generation | undefined>;

  /** The same without its document: cheap enough to ask every few seconds. */
  currentSummary(): Promise<GenerationSummary | undefined>;

  generation(number: number): Promise<Generation | undefined>;

  /** Newest first, those with a number below `before`; at most `limit`. */
  generations(page: { readonly before?: number; readonly limit: number }): Promise<readonly GenerationSummary[]>;

  draft(): Promise<StoredDraft>;

  /** Rejects with code `REVISION_STALE` (kind `rejected`) when `expectedRevision` is not the present one. */
  saveDraft(text: string, options: { readonly expectedRevision?: number; readonly by: Author }): Promise<StoredDraft>;

  /** Forgets the draft's text: it is the published document again. The revision rises. */
  discardDraft(by: Author): Promise<StoredDraft>;

  /**
   * Number, store, seal, flip and audit in one transaction: either all of it has happened, or none. `seal` is called with the
   * generation, before the commit; when it rejects, nothing was published and this rejects with its error. The number is above
   * every earlier one of the site and above `request.above`. The draft's revision rises; a draft whose text was published is discarded.
   * Rejects with `REVISION_STALE` as `saveDraft` does. Concurrent publishers: one after the other.
   */
  publish(request: PublishCommand, seal: (generation: Generation) => Promise<void>): Promise<Generation>;

  /** Newest first. */
  audit(limit: number): Promise<readonly ConfigAuditRow[]>;

  /** For what changes nothing else: a refused publish. */
  recordAudit(row: Omit<ConfigAuditRow, 'at'>): Promise<void>;
}

/** Who did it, for generations and audit. */
export interface Author {
  readonly name: string;
  /** `socket`, `rest`, `console`, `plant-file`. */
  readonly via: string;
  readonly correlationId: string;
}

export interface PublishCommand {
  readonly document: PlantDocument;
  /** The document as people wrote it. Undefined for plain values. */
  readonly text?: string;
  /** What it was published from. */
  readonly source?: PublishedSource;
  readonly message: string;
  readonly by: Author;
  /** The generation whose content this is; null for any other publish. */
  readonly rollbackOf: number | null;
  /** Of the draft. */
  readonly expectedRevision?: number;
  /** A number that is taken already elsewhere: the newest snapshot that this gateway has sealed. */
  readonly above?: number;
  /** True when the document is the draft's text. */
  readonly fromDraft: boolean;
}

export interface StoredDraft {
  /** 0 before the first change. */
  readonly revision: number;
  readonly baseGeneration: number | null;
  /** As typed; null while there is no draft beside the published document. */
  readonly text: string | null;
  readonly updatedAtMs: number | null;
  readonly author: string | null;
}
