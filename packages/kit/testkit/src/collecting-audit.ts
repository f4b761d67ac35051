import type { AuditEntry, AuditTrail } from '@fieldwarden/gateway-contract';

export interface CollectingAudit extends AuditTrail {
  /** Everything recorded, oldest first. */
  readonly entries: readonly AuditEntry[];
}

/** An audit that keeps its entries for the test to look at. */
export function collectingAudit(): CollectingAudit {
  const entries: AuditEntry[] = [];
  return { entries, record: (entry) => void entries.push(entry) };
}
