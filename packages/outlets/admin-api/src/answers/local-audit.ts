import type { AuditPage, AuditVerification } from '@fieldwarden/admin-contract';
import type { AuditLog } from '@fieldwarden/audit';
import type { AuditControl, AuditQuery } from '../control/audit-control.js';

/** The audit of this gateway as the Admin API sees it. */
export class LocalAudit implements AuditControl {
  readonly #log: Pick<AuditLog, 'page' | 'verify'>;

  constructor(log: Pick<AuditLog, 'page' | 'verify'>) {
    this.#log = log;
  }

  async page(query: AuditQuery): Promise<AuditPage> {
    return { schema: 'fieldwarden/audit@1', ...(await this.#log.page(query)) };
  }

  async verify(): Promise<AuditVerification> {
    const { ok, rows, head, flaws, message } = await this.#log.verify();
    return {
      schema: 'fieldwarden/audit-verify@1',
      ok,
      rows,
      head: head.seq === 0 ? null : head.hash,
      headSeq: head.seq === 0 ? null : head.seq,
      firstBadSeq: flaws.at(0)?.seq ?? null,
      flaws,
      message,
    };
  }
}
