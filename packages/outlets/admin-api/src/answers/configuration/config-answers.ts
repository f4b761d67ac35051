import type {
  ConfigAudit,
  ConfigDiff,
  ConfigStatus,
  Draft,
  GenerationDetail,
  GenerationList,
  GenerationRow,
  PublishAnswer,
  ValidationAnswer,
} from '@fieldwarden/admin-contract';
import type { Generation, GenerationSummary } from '@fieldwarden/authority';
import type { ConfigAuditRow, ConfigDifference } from '@fieldwarden/gateway-contract';
import type { GenerationPage, GenerationsState, PresentDraft, Publication, Validity } from '@fieldwarden/generations';

/** What the generations of this gateway say, as the Admin API shows it. */

export function draftAnswer({ revision, baseGeneration, text, edited, updatedAtMs, author }: PresentDraft): Draft {
  const updatedAt = updatedAtMs === null ? null : iso(updatedAtMs);
  return { schema: 'fieldwarden/draft@1', revision, baseGeneration, text, edited, updatedAt, author };
}

export function validationAnswer({ valid, findings }: Validity): ValidationAnswer {
  return { schema: 'fieldwarden/findings@1', valid, findings };
}

export function publishAnswer(publication: Publication): PublishAnswer {
  return { schema: 'fieldwarden/publish@1', ...publication };
}

export function diffAnswer(difference: ConfigDifference): ConfigDiff {
  return { schema: 'fieldwarden/diff@1', ...difference };
}

export function generationList({ running, published, generations, nextBefore }: GenerationPage): GenerationList {
  return {
    schema: 'fieldwarden/generations@1',
    running,
    published,
    generations: generations.map(generationRow),
    nextCursor: nextBefore === null ? null : String(nextBefore),
  };
}

export function generationDetail(generation: Generation): GenerationDetail {
  return {
    schema: 'fieldwarden/generation@1',
    ...generationRow(generation),
    document: generation.document,
    text: generation.text ?? null,
  };
}

export function configAudit(rows: readonly ConfigAuditRow[]): ConfigAudit {
  return { schema: 'fieldwarden/config-audit@1', rows };
}

export function configStatus(
  { authorityReachable, staleSinceMs, publishedAtMs, held }: GenerationsState,
  rolledBack: ConfigStatus['rolledBack'],
): ConfigStatus {
  const staleSince = staleSinceMs === null ? null : iso(staleSinceMs);
  return { authorityReachable, staleSince, publishedAt: iso(publishedAtMs), held, rolledBack };
}

function generationRow(summary: GenerationSummary): GenerationRow {
  const { generation, publishedAtMs, author, message, sha256, drivers, tags, rollbackOf, source = null } = summary;
  return { generation, publishedAt: iso(publishedAtMs), author, message, sha256, drivers, tags, rollbackOf, source };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
