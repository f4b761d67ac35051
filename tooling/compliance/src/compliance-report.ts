import type { Stage } from './clauses.js';
import { isCompliant, type Judgement, type ClauseVerdict } from './judge.js';
import type { TestOutcome } from './test-outcome.js';

/** What `npm run compliance -- --json` prints. */
export interface ComplianceReport {
  readonly schema: 'fieldwarden/compliance@1';
  readonly compliant: boolean;
  readonly clauses: readonly {
    readonly clause: string;
    readonly subject: string;
    readonly stage: Stage;
    /** Null: nothing of it is. */
    readonly openPart: string | null;
    readonly verdict: ClauseVerdict;
    readonly tests: readonly TestOutcome[];
  }[];
  readonly complaints: readonly string[];
}

export function complianceReport(judgement: Judgement): ComplianceReport {
  return {
    schema: 'fieldwarden/compliance@1',
    compliant: isCompliant(judgement),
    clauses: judgement.clauses.map(({ number, subject, stage, openPart = null, verdict, tests }) => ({
      clause: number,
      subject,
      stage,
      openPart,
      verdict,
      tests,
    })),
    complaints: judgement.complaints,
  };
}
