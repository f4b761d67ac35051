import { relative } from 'node:path';
import type { TestOutcome, TestRun } from './test-outcome.js';

/** What is used of the report that vitest's reporter `json` writes. */
export interface VitestReport {
  readonly testResults: readonly {
    /** Absolute path. */
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly VitestTest[];
  }[];
}

interface VitestTest {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}

/** `root`: what paths of files are shown relative to. */
export function readVitestReport(report: VitestReport, root: string): TestRun {
  const tests: TestOutcome[] = [];
  const mishaps: string[] = [];
  for (const { name, status, message, assertionResults } of report.testResults) {
    const file = relative(root, name);
    const ofFile = assertionResults.map((test) => outcomeOf(file, test));
    tests.push(...ofFile);
    // A hook that failed leaves its tests as they were.
    if (status === 'failed' && !ofFile.some(({ state }) => state === 'failed'))
      mishaps.push(`${file}: ${firstLine(message) || 'failed beside its tests'}`);
  }
  return { tests, mishaps };
}

function outcomeOf(file: string, { ancestorTitles, title, status }: VitestTest): TestOutcome {
  return { file, title: [...ancestorTitles, title].join(' › '), state: stateOf(status) };
}

/** A test that was begun and never ended failed. */
function stateOf(status: string): TestOutcome['state'] {
  if (status === 'passed') return 'passed';
  return status === 'skipped' || status === 'todo' || status === 'disabled' ? 'skipped' : 'failed';
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0];
