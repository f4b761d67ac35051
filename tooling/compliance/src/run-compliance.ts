import { messageOf } from '@fieldwarden/core';
import { parseArgs } from 'node:util';
import type { Clause } from './clauses.js';
import { complianceReport } from './compliance-report.js';
import { complianceTable } from './compliance-table.js';
import { isCompliant, judge } from './judge.js';
import { runVitest, type Suite } from './run-vitest.js';

export interface ComplianceOutput {
  readonly colour: boolean;
  result(text: string): void;
  notice(text: string): void;
}

const usage = 'usage: npm run compliance -- [FILE PATTERN…] [--titles] [--json]';

/** Runs the tests and says what they prove. Exit code: 0 every present clause is proven, 1 one is not or the run failed, 2 wrong usage. */
export async function runCompliance(
  args: readonly string[],
  clauses: readonly Clause[],
  suite: Omit<Suite, 'filters'>,
  output: ComplianceOutput,
): Promise<number> {
  const command = parseCommand(args);
  if (typeof command === 'string') {
    output.notice(`error: ${command}\n${usage}`);
    return 2;
  }
  const judgement = judge(clauses, await runVitest({ ...suite, filters: command.filters }));
  const { colour } = output;
  if (command.json) output.result(JSON.stringify(complianceReport(judgement)));
  else output.result(complianceTable(judgement, { colour, titles: command.titles }));
  return isCompliant(judgement) ? 0 : 1;
}

function parseCommand(
  args: readonly string[],
): { filters: readonly string[]; json: boolean; titles: boolean } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, titles: { type: 'boolean', default: false } },
    });
    return { filters: positionals, ...values };
  } catch (error) {
    return messageOf(error);
  }
}
