export { clauses, type Clause, type Stage } from './clauses.js';
export type { ComplianceReport } from './compliance-report.js';
export type { JudgedClause, Judgement, Verdict } from './judge.js';
