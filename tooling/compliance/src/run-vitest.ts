import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readVitestReport, type VitestReport } from './read-vitest-report.js';
import type { TestRun } from './test-outcome.js';

/** Absolute: whose tests are run. */
export interface Suite {
  readonly root: string;
  readonly config: string;
  /** Parts of paths of test files; none: all. */
  readonly filters: readonly string[];
  /** Where the run shows its progress: a file descriptor, or nowhere. */
  readonly progress: number | 'ignore';
}

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/**
 * Runs the tests once and gives what became of each. Rejects when the run left no report.
 */
export async function runVitest({ root, config, filters, progress }: Suite): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-compliance-'));
  try {
    const file = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const args = [vitest, 'run', '--root', root, '--config', config, ...reporters, ...filters];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', progress, progress] });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (!existsSync(file)) throw new Error(`vitest ended with ${code} and left no report; what it printed says why`);
    const run = readVitestReport(JSON.parse(readFileSync(file, 'utf8')) as VitestReport, root);
    // The report is silent about errors that no test was blamed for.
    return code === 0 || hasFailure(run) ? run : { ...run, mishaps: [nobodysError] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const nobodysError = 'the run failed though no test did: something threw, and nobody caught it';

const hasFailure = ({ tests, mishaps }: TestRun): boolean =>
  mishaps.length > 0 || tests.some(({ state }) => state === 'failed');
