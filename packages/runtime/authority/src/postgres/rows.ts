import type { ConfigAuditRow } from '@fieldwarden/gateway-contract';
import type { GenerationSummary } from '../config-authority.js';
import type { DraftHead } from '../publish-rules.js';

/** Rows as `pg` gives them: bigint as text, timestamptz as Date, bytea as Buffer. */
export interface StoredGenerationRow {
  readonly generation: string;
  readonly published_at: Date;
  readonly author: string;
  readonly message: string;
  readonly sha256: string;
  readonly drivers: number;
  readonly tags: number;
  readonly rollback_of: string | null;
  readonly source_sha256: string | null;
  readonly source_file: string | null;
}

export const summaryColumns =
  'generation, published_at, author, message, sha256, drivers, tags, rollback_of, source_sha256, source_file';

export function toSummary(site: string, row: StoredGenerationRow): GenerationSummary {
  return {
    site,
    generation: Number(row.generation),
    publishedAtMs: row.published_at.getTime(),
    author: row.author,
    message: row.message,
    sha256: row.sha256,
    drivers: row.drivers,
    tags: row.tags,
    rollbackOf: toNumber(row.rollback_of),
    ...(row.source_sha256 !== null && { source: { sha256: row.source_sha256, file: row.source_file } }),
  };
}

export interface DraftRow {
  readonly draft_revision: string;
  readonly draft_base: string | null;
  readonly draft_edited: boolean;
  readonly draft_updated_at: Date | null;
  readonly draft_author: string | null;
}

export const draftColumns = 'draft_revision, draft_base, draft_edited, draft_updated_at, draft_author';

export function toDraftHead(row: DraftRow): DraftHead {
  return {
    revision: Number(row.draft_revision),
    baseGeneration: toNumber(row.draft_base),
    edited: row.draft_edited,
    updatedAtMs: row.draft_updated_at?.getTime() ?? null,
    author: row.draft_author,
  };
}

export interface AuditRow {
  readonly at: Date;
  readonly action: ConfigAuditRow['action'];
  readonly author: string;
  readonly via: string;
  readonly generation: string | null;
  readonly message: string;
  readonly correlation_id: string;
}

export function toAuditRow({ at, generation, correlation_id, ...row }: AuditRow): ConfigAuditRow {
  return { at: at.toISOString(), ...row, generation: toNumber(generation), correlationId: correlation_id };
}

export function toNumber(bigint: string | null): number | null {
  return bigint === null ? null : Number(bigint);
}
