import { isCompliant, type JudgedClause, type Judgement, type ClauseVerdict } from './judge.js';
import type { TestOutcome } from './test-outcome.js';

export interface TableStyle {
  readonly colour: boolean;
  /** Every test by its title, instead of files with counts. */
  readonly titles: boolean;
}

const colours: Readonly<Record<ClauseVerdict, number>> = {
  proven: 32,
  failed: 31,
  unproven: 31,
  measured: 90,
  open: 90,
};

/** For people: a line for each clause, below it where its tests are. */
export function complianceTable(judgement: Judgement, style: TableStyle): string {
  return [
    ...judgement.clauses.flatMap((clause) => [clauseLine(clause, style), ...testLines(clause, style)]),
    ...judgement.complaints.map((complaint) => paint(complaint, 31, style)),
    summary(judgement),
  ].join('\n');
}

function clauseLine(clause: JudgedClause, style: TableStyle): string {
  const { number, verdict, subject, openPart } = clause;
  const passed = count(clause.tests, 'passed');
  const cells = [`§${number}`.padEnd(6), verdict.padEnd(8), String(passed || '').padStart(5), ` ${subject}`];
  return paint(`${cells.join(' ')}${openPart === undefined ? '' : ` (open: ${openPart})`}`, colours[verdict], style);
}

function testLines({ tests }: JudgedClause, { titles }: TableStyle): readonly string[] {
  if (titles) return tests.map(({ state, file, title }) => `${indent}${state.padEnd(7)} ${file}: ${title}`);
  return [...Map.groupBy(tests, ({ file }) => file)].map(([file, ofFile]) => `${indent}${file} ${counts(ofFile)}`);
}

const indent = ' '.repeat(23);

function counts(tests: readonly TestOutcome[]): string {
  const failed = count(tests, 'failed');
  const skipped = count(tests, 'skipped');
  return `(${count(tests, 'passed')}${failed ? `, ${failed} failed` : ''}${skipped ? `, ${skipped} skipped` : ''})`;
}

function summary(judgement: Judgement): string {
  const of = (verdict: ClauseVerdict): number =>
    judgement.clauses.filter((clause) => clause.verdict === verdict).length;
  const parts = (['proven', 'failed', 'unproven', 'measured', 'open'] as const).map((name) => `${of(name)} ${name}`);
  return `${parts.join(', ')}: ${isCompliant(judgement) ? 'compliant' : 'NOT compliant'}`;
}

const count = (tests: readonly TestOutcome[], state: TestOutcome['state']): number =>
  tests.filter((test) => test.state === state).length;

const paint = (text: string, colour: number, style: TableStyle): string =>
  style.colour ? `\x1b[${colour}m${text}\x1b[0m` : text;
