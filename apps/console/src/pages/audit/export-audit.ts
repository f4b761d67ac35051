import type { AuditRow } from '@fieldwarden/admin-contract';
import { auditPage, type AuditQuery } from '../../api/audit-requests.js';
import { saveAs } from '../../parts/save-as.js';
import { auditCsv, auditJsonLines } from './audit-text.js';

const rowsPerPage = 1_000;

/** More than this no page should hold in memory; `fieldwarden audit --export` has no such end. */
export const mostExported = 100_000;

export interface AuditExport {
  readonly rows: number;
  /** There are older rows that are not in it. */
  readonly cut: boolean;
}

/** Saves every row that the filter lets through, newest first. */
export async function exportAudit(format: 'csv' | 'jsonl', filter: AuditQuery): Promise<AuditExport> {
  const rows: AuditRow[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await auditPage(filter, rowsPerPage, cursor ?? undefined);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null && rows.length < mostExported);
  saveAs(`audit.${format}`, format === 'csv' ? auditCsv(rows) : auditJsonLines(rows));
  return { rows: rows.length, cut: cursor !== null };
}
