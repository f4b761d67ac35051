import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../../testing/run-main.js';

const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));

describe('drivers new', () => {
  // In the tree, where what the driver imports can be found.
  const parent = mkdtempSync(fileURLToPath(new URL('../../../dist/new-driver-', import.meta.url)));
  const folder = join(parent, 'acme');
  let created: Awaited<ReturnType<typeof runMain>>;

  beforeAll(async () => {
    created = await runMain(['drivers', 'new', 'acme', '--dir', folder]);
  });

  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('lays out a driver, and says what to do with it', () => {
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain('config validate');
    for (const file of ['driver.ts', 'driver.test.ts', 'plant.yaml', 'README.md'])
      expect(existsSync(join(folder, file))).toBe(true);
  });

  it('whose plant document is valid as it is', async () => {
    const { code, stdout } = await runMain(['config', 'validate', join(folder, 'plant.yaml'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true });
    expect(code).toBe(0);
  });

  it('and which passes the contract of drivers', async () => {
    const report = join(parent, 'report.json');
    const args = [vitest, 'run', '--root', folder, '--reporter', 'json', '--outputFile', report];
    const child = spawn(process.execPath, args, { stdio: 'ignore', env: { PATH: process.env.PATH } });
    const [code] = (await once(child, 'exit')) as [number | null];
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    expect(numFailedTests).toBe(0);
    expect(numPassedTests).toBeGreaterThan(10);
    expect(code).toBe(0);
  });

  it('overwrites nothing', async () => {
    const { code, stderr } = await runMain(['drivers', 'new', 'acme', '--dir', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('exists already');
  });

  it('takes names that a plant document takes', async () => {
    expect((await runMain(['drivers', 'new', 'No Name'])).code).toBe(2);
  });
});
