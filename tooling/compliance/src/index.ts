export { clauses, type Clause, type Stage } from './clauses.js';
export type { ComplianceReport } from './compliance-report.js';
export type { JudgedClause, Judgement, ClauseVerdict } from './judge.js';
