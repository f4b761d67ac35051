import type { AuditPage, AuditRow, AuditVerification } from '@fieldwarden/admin-contract';
import type { AuditControl, AuditQuery } from '../control/audit-control.js';

/** An audit whose rows and verdict a test sets. */
export class FakeAuditControl implements AuditControl {
  /** Newest first. */
  rows: readonly AuditRow[] = [];
  verification: AuditVerification = {
    schema: 'fieldwarden/audit-verify@1',
    ok: true,
    rows: 0,
    head: null,
    headSeq: null,
    firstBadSeq: null,
    flaws: [],
    message: '0 rows, each as it was written',
  };
  readonly queries: AuditQuery[] = [];

  /** `cursor`: how many rows came before. */
  page(query: AuditQuery): Promise<AuditPage> {
    this.queries.push(query);
    const { limit, cursor = '0' } = query;
    const end = Number(cursor) + limit;
    const rows = this.rows.slice(Number(cursor), end);
    return Promise.resolve({ schema: 'fieldwarden/audit@1', rows, next: end < this.rows.length ? String(end) : null });
  }

  verify(): Promise<AuditVerification> {
    return Promise.resolve(this.verification);
  }
}
