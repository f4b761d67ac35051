import type { Draft, GenerationRow } from '@fieldwarden/admin-contract';
import type { GenerationSummary, StoredDraft } from '@fieldwarden/authority';

/** As the Admin API shows them. */

export function generationRow(summary: GenerationSummary): GenerationRow {
  const { generation, publishedAtMs, author, message, sha256, drivers, tags, rollbackOf } = summary;
  return { generation, publishedAt: iso(publishedAtMs), author, message, sha256, drivers, tags, rollbackOf };
}

/** `published`: the text that stands for the draft while there is none. */
export function draftShape(draft: StoredDraft, published: string): Draft {
  const { revision, baseGeneration, text, updatedAtMs, author } = draft;
  return {
    schema: 'fieldwarden/draft@1',
    revision,
    baseGeneration,
    text: text ?? published,
    edited: text !== null,
    updatedAt: updatedAtMs === null ? null : iso(updatedAtMs),
    author,
  };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
