import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clause } from './clauses.js';
import type { ComplianceReport } from './compliance-report.js';
import { runCompliance } from './run-compliance.js';

const clauses: readonly Clause[] = [
  { number: '5.4', subject: 'writes', stage: 'present' },
  { number: '8.4', subject: 'history', stage: 'open' },
];

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fieldwarden-compliance-test-'));
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(root, 'node_modules'));
  writeFileSync(join(root, 'vitest.config.mjs'), `export default { test: { include: ['src/*.test.mjs'] } };`);
  mkdirSync(join(root, 'src'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function suiteOf(name: string, body: string): void {
  const imports = `import { afterAll, describe, expect, it } from 'vitest';\n`;
  writeFileSync(join(root, 'src', `${name}.test.mjs`), imports + body);
}

/** Runs the suites above by a vitest of their own. */
async function run(...args: readonly string[]) {
  const printed: string[] = [];
  const notices: string[] = [];
  const suite = { root, config: join(root, 'vitest.config.mjs'), progress: 'ignore' } as const;
  const code = await runCompliance(args, clauses, suite, {
    colour: false,
    result: (text) => void printed.push(text),
    notice: (text) => void notices.push(text),
  });
  return { code, printed: printed.join('\n'), notices: notices.join('\n') };
}

const passing = `describe('writes (§5.4)', () => { it('go out once', () => expect(1).toBe(1)); });`;

describe('a compliance run', () => {
  it('prints which file proves which clause, and ends with 0', async () => {
    suiteOf('writes', passing);
    const { code, printed } = await run();
    expect(printed).toMatch(/^§5\.4 +proven +1 +writes\n +src\/writes\.test\.mjs \(1\)\n§8\.4 +open/);
    expect(printed).toMatch(/1 proven, 0 failed, 0 unproven, 0 measured, 1 open: compliant$/);
    expect(code).toBe(0);
  });

  it('believes the run, not the text: a test that fails proves nothing', async () => {
    suiteOf('writes', passing.replace('toBe(1)', 'toBe(2)'));
    const { code, printed } = await run('--titles');
    expect(printed).toMatch(/^§5\.4 +failed/);
    expect(printed).toContain('failed  src/writes.test.mjs: writes (§5.4) › go out once');
    expect(code).toBe(1);
  });

  it('ends with 1 for what fails beside the tests: a hook, a file that does not load', async () => {
    suiteOf('hook', `${passing} afterAll(() => { throw new Error('left open'); });`);
    suiteOf('broken', `throw new Error('no such device');`);
    const { code, printed } = await run();
    expect(printed).toMatch(/^src\/broken\.test\.mjs: .*no such device$/m);
    expect(printed).toMatch(/^src\/hook\.test\.mjs: .*left open$/m);
    expect(code).toBe(1);
  });

  it('ends with 1 for an error that nobody caught, though every test passed', async () => {
    const wait = `it('waits', () => new Promise((done) => setTimeout(done, 100)));`;
    suiteOf('late', `${passing} setTimeout(() => { throw new Error('late'); }); ${wait}`);
    const { code, printed } = await run();
    expect(printed).toMatch(/^§5\.4 +proven[^]*nobody caught/);
    expect(code).toBe(1);
  });

  it('ends with 1 when no test cites a present clause', async () => {
    suiteOf('adds', `it('adds', () => expect(1).toBe(1));`);
    const { code, printed } = await run();
    expect(printed).toMatch(/^§5\.4 +unproven/);
    expect(code).toBe(1);
  });

  it('prints one JSON object with --json', async () => {
    suiteOf('writes', passing);
    const report = JSON.parse((await run('--json')).printed) as ComplianceReport;
    expect(report).toMatchObject({
      schema: 'fieldwarden/compliance@1',
      compliant: true,
      clauses: [
        { clause: '5.4', verdict: 'proven', openPart: null, tests: [{ file: 'src/writes.test.mjs', state: 'passed' }] },
        { clause: '8.4', verdict: 'open', tests: [] },
      ],
      complaints: [],
    });
  });

  it('runs the files that are named, no others', async () => {
    suiteOf('writes', passing);
    suiteOf('broken', `throw new Error('not asked for');`);
    expect((await run('src/writes')).code).toBe(0);
  });

  it('refuses what it does not know, with 2', async () => {
    const { code, notices } = await run('--strict');
    expect(code).toBe(2);
    expect(notices).toContain('usage: npm run compliance');
  });
});
