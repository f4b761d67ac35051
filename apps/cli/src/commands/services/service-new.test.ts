import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../../testing/run-main.js';

const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));

describe('services new', () => {
  // In the tree, where its test finds what it imports.
  const parent = mkdtempSync(fileURLToPath(new URL('../../../dist/new-service-', import.meta.url)));
  const folder = join(parent, 'acme');
  let created: Awaited<ReturnType<typeof runMain>>;

  beforeAll(async () => {
    created = await runMain(['services', 'new', 'acme', '--dir', folder]);
  });

  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('lays out a service, and says what to write into a plant document', () => {
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain('config validate');
    expect(created.stdout).toMatch(/services:\n +- \{ id: acme, use: .*service\.ts, options:/);
    for (const file of ['service.ts', 'service.test.ts', 'package.json', 'plant.yaml', 'README.md'])
      expect(existsSync(join(folder, file))).toBe(true);
  });

  it('whose plant document is valid as it is', async () => {
    const { code, stdout } = await runMain(['config', 'validate', join(folder, 'plant.yaml'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true });
    expect(code).toBe(0);
  });

  it('and which passes the contract of services', async () => {
    const report = join(parent, 'report.json');
    const args = [vitest, 'run', '--root', folder, '--reporter', 'json', '--outputFile', report];
    const child = spawn(process.execPath, args, { stdio: 'ignore', env: { PATH: process.env.PATH } });
    const [code] = (await once(child, 'exit')) as [number | null];
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    expect(numFailedTests).toBe(0);
    expect(numPassedTests).toBeGreaterThan(10);
    expect(code).toBe(0);
  });

  it('refuses a folder that is there, whatever is in it', async () => {
    const { code, stderr } = await runMain(['services', 'new', 'acme', '--dir', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('exists already');
  });

  it('takes names that a plant document takes', async () => {
    expect((await runMain(['services', 'new', 'No Name'])).code).toBe(2);
  });
});
