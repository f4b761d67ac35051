import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modules, root } from '../process/paths.mjs';
import { run } from '../process/run.mjs';
import { addTallies, closingLine, failureLines, isSuccess, replaceSuites, slowestLines } from './tally.mjs';

describe('the closing line', () => {
  it('has the form that scripts read', () => {
    expect(closingLine({ passed: 7, failed: 0, skipped: 1 })).toBe('7 passed, 0 failed, 1 skipped');
  });

  it('adds up checks and tests', () => {
    const suites = [{ file: 'a.test.ts', durationMs: 7 }];
    const sum = addTallies(
      { passed: 3, failed: 1, skipped: 0, suites: [] },
      { passed: 10, failed: 2, skipped: 4, suites },
    );
    expect(sum).toEqual({ passed: 13, failed: 3, skipped: 4, suites });
  });

  it('stands below the suites that took longest', () => {
    const suites = [120, 72_340, 9_000].map((durationMs) => ({ file: `${durationMs}.test.ts`, durationMs }));
    expect(slowestLines({ suites }, 2)).toEqual(['   72.3 s  72340.test.ts', '    9.0 s  9000.test.ts']);
  });

  it('counts a file that was run again as it came out then, and nothing else anew', () => {
    const suite = (file, passed, failed, failures = []) => ({
      file,
      durationMs: 1,
      passed,
      failed,
      skipped: 0,
      failures,
    });
    const before = { passed: 8, failed: 3, skipped: 1, suites: [suite('a', 3, 2, ['x', 'y']), suite('b', 5, 0)] };
    const again = { passed: 4, failed: 1, skipped: 0, suites: [suite('a', 4, 1, ['x'])] };
    const after = replaceSuites(before, again);
    expect(after).toMatchObject({
      passed: 9,
      failed: 2,
      skipped: 1,
      suites: [{ file: 'b' }, { file: 'a', failed: 1 }],
    });
    expect(failureLines(after)).toEqual(['  a › x']);
  });

  it.each([
    [{ passed: 1, failed: 0, skipped: 0 }, true],
    [{ passed: 9, failed: 1, skipped: 0 }, false],
    [{ passed: 0, failed: 0, skipped: 0 }, false],
    [{ passed: 0, failed: 0, skipped: 5 }, false],
  ])('of %j is a success: %s', (tally, expected) => {
    expect(isSuccess(tally)).toBe(expected);
  });
});

describe('the tally of a test run', () => {
  let tree;

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'fieldwarden-tally-'));
    symlinkSync(modules, join(tree, 'node_modules'));
  });

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  /** Runs vitest on one file with this text. */
  async function tallyOf(name, text) {
    const folder = join(tree, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'it.test.mjs'), `import { beforeAll, describe, expect, it } from 'vitest';\n${text}`);
    const tallyFile = join(folder, 'tally.json');
    const reporter = `--reporter=${join(root, 'tooling/vitest/tally-reporter.mjs')}`;
    const { code } = await run(process.execPath, [`${modules}/vitest/vitest.mjs`, 'run', '--root', folder, reporter], {
      env: { FIELDWARDEN_TEST_TALLY: tallyFile, VITEST: undefined },
    });
    const { suites, interrupted, ...tally } = JSON.parse(readFileSync(tallyFile, 'utf8'));
    return { code, tally, suites, interrupted };
  }

  it('counts passed, failed and skipped tests', async () => {
    const text = `it('a', () => {}); it('b', () => {}); it('c', () => expect(1).toBe(2)); it.skip('d', () => {}); it.todo('e');`;
    expect(await tallyOf('mixed', text)).toMatchObject({
      code: 1,
      tally: { passed: 2, failed: 1, skipped: 2 },
      suites: [{ passed: 2, failed: 1, skipped: 2, failures: ['c'] }],
    });
  });

  it('comes with what each file took, hooks included', async () => {
    const text = `beforeAll(() => new Promise((done) => setTimeout(done, 200))); it('a', () => {});`;
    const { suites, interrupted } = await tallyOf('slow', text);
    expect(interrupted).toBe(false);
    expect(suites).toEqual([
      { file: 'it.test.mjs', durationMs: expect.any(Number), passed: 1, failed: 0, skipped: 0, failures: [] },
    ]);
    // A timer may fire a little early by another clock.
    expect(suites[0].durationMs).toBeGreaterThan(190);
  });

  it('counts a file that cannot be loaded as a failure', async () => {
    expect(await tallyOf('unloadable', `throw new Error('broken');`)).toMatchObject({
      code: 1,
      tally: { passed: 0, failed: 1, skipped: 0 },
    });
  });

  it('counts a failing hook as a failure', async () => {
    const text = `describe('s', () => { beforeAll(() => { throw new Error('hook'); }); it('a', () => {}); });`;
    const { code, tally } = await tallyOf('hook', text);
    expect(code).toBe(1);
    expect(tally).toMatchObject({ passed: 0, failed: 1 });
  });

  it('counts an unhandled rejection as a failure', async () => {
    const text = `it('a', () => { void Promise.reject(new Error('lost')); });`;
    expect(await tallyOf('unhandled', text)).toMatchObject({ code: 1, tally: { passed: 1, failed: 1, skipped: 0 } });
  });
});
