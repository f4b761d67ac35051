import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checks, runChecks, runChecksBeside } from './checks.mjs';
import { root } from '../process/paths.mjs';

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldwarden-checks-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

/** A check whose tool is this script. */
function check(name, script) {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, script);
  return { name, command: [file], fix: `mend ${name}` };
}

describe('the checks', () => {
  it('count what passed and failed, and run to the end', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const failing = check('failing', 'process.exit(1)');
    const passing = check('passing', '');
    expect(await runChecks([failing, passing, passing])).toEqual({ passed: 2, failed: 1 });
  });

  it('print the findings of those that fail, and what to do', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await runChecks([check('failing', 'console.log("line 7 is wrong"); process.exit(1)')]);
    expect(printed).toHaveBeenCalledWith(
      expect.stringMatching(/line 7 is wrong\n\nfailing found mistakes; mend failing/),
    );
  });

  it('beside other work give way to it, and count and print the same', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const polite = check('polite', `import { getPriority } from 'node:os'; process.exit(getPriority() === 10 ? 0 : 1)`);
    const failing = check('failing', 'console.log("line 7 is wrong"); process.exit(1)');
    expect(await runChecksBeside([polite, failing])).toEqual({ passed: 1, failed: 1 });
    expect(printed).toHaveBeenCalledWith(expect.stringMatching(/line 7 is wrong/));
  });

  it('are tools that are installed', () => {
    for (const { command } of checks) expect(existsSync(join(root, command[0]))).toBe(true);
  });
});
