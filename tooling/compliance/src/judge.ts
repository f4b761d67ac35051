import { citedClauses } from './cited-clauses.js';
import type { Clause } from './clauses.js';
import type { TestOutcome, TestRun } from './test-outcome.js';

/**
 * `proven`: a test passed and none failed. `failed`: one failed. `unproven`: a present clause of which no test passed. `measured`,
 * `open`: nothing is asked of tests.
 */
export type ClauseVerdict = 'proven' | 'failed' | 'unproven' | 'measured' | 'open';

export interface JudgedClause extends Clause {
  readonly verdict: ClauseVerdict;
  /** Those that cite it. */
  readonly tests: readonly TestOutcome[];
}

export interface Judgement {
  readonly clauses: readonly JudgedClause[];
  /** Why the run proves nothing, or less than it seems to. */
  readonly complaints: readonly string[];
}

export function judge(clauses: readonly Clause[], { tests, mishaps }: TestRun): Judgement {
  const citing = Map.groupBy(
    tests.flatMap((test) => citedClauses(test.title).map((number) => ({ number, test }))),
    ({ number }) => number,
  );
  const judged = clauses.map((clause) => {
    const ofClause = (citing.get(clause.number) ?? []).map(({ test }) => test);
    return { ...clause, verdict: verdictOf(clause, ofClause), tests: ofClause };
  });
  const known = new Set(clauses.map(({ number }) => number));
  const strangers = [...citing].filter(([number]) => !known.has(number));
  return {
    clauses: judged,
    complaints: [
      ...mishaps,
      ...strangers.map(([number, [{ test }]]) => `there is no clause §${number}, cited by ${test.file}: ${test.title}`),
      ...tests.filter(isFailedWithoutClause).map(({ file, title }) => `failed: ${file}: ${title}`),
    ],
  };
}

/** Everything that must be proven is, and nothing makes that doubtful. */
export function isCompliant({ clauses, complaints }: Judgement): boolean {
  return complaints.length === 0 && !clauses.some(({ verdict }) => verdict === 'failed' || verdict === 'unproven');
}

function verdictOf({ stage }: Clause, tests: readonly TestOutcome[]): ClauseVerdict {
  if (tests.some(({ state }) => state === 'failed')) return 'failed';
  if (stage === 'open') return 'open';
  if (stage === 'benchmark') return 'measured';
  return tests.some(({ state }) => state === 'passed') ? 'proven' : 'unproven';
}

const isFailedWithoutClause = ({ state, title }: TestOutcome): boolean =>
  state === 'failed' && citedClauses(title).length === 0;
