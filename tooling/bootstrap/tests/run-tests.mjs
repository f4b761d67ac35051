import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectNode } from '../process/node-runtime.mjs';
import { modules } from '../process/paths.mjs';
import { runInForeground } from '../process/run.mjs';
import { nothing } from './tally.mjs';

/**
 * Runs vitest in the foreground and counts. A run that ends badly without a failed test counts as one failure.
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
export async function runTests(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-test-'));
  const tallyFile = join(folder, 'tally.json');
  try {
    const code = await vitest(args, { ...env, FIELDWARDEN_TEST_TALLY: tallyFile });
    const tally = existsSync(tallyFile) ? JSON.parse(readFileSync(tallyFile, 'utf8')) : nothing;
    const interrupted = tally.interrupted || code > 128;
    return code !== 0 && tally.failed === 0 ? { ...tally, interrupted, failed: 1 } : { ...tally, interrupted };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vitest(args, env) {
  const reporters = ['--reporter=default', '--reporter=tooling/vitest/tally-reporter.mjs'];
  return runInForeground(projectNode(), [`${modules}/vitest/vitest.mjs`, 'run', ...reporters, ...args], { env });
}
