export { AuditLog, type AuditLogOptions, type AuditTroubles } from './audit-log.js';
export type { AuditRow, ChainPosition } from './chain/audit-row.js';
export type { ChainFlaw } from './chain/chain-check.js';
export { ClockSteps, type ClockStep } from './clock-steps.js';
export { ownEntry } from './own-entry.js';
export { type AuditFilter, type AuditPage, type AuditPageQuery } from './reading/audit-page.js';
export { glanceAtAudit, type AuditGlance } from './reading/glance-at-audit.js';
export { verifyAudit, type AuditVerification } from './reading/verify-audit.js';
export { retention, type Retention } from './retention.js';
