import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const built = new URL('../dist/import-module.js', import.meta.url).href;

/** In a Node of its own, as it is built: a test runner looks modules up its own way. */
const script = (url: string): string => `
  import { importModule } from ${JSON.stringify(built)};
  const { default: said } = await importModule(${JSON.stringify(url)}, ${JSON.stringify(built)});
  console.log(JSON.stringify(said));
`;

describe('a module in a folder where nothing is installed', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fieldwarden-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function load(name: string, text: string): Promise<unknown> {
    const file = join(folder, name);
    writeFileSync(file, text);
    const args = ['--input-type=module', '--eval', script(pathToFileURL(file).href)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    return JSON.parse(stdout);
  }

  it('gets what the gateway offers', async () => {
    const text = `import { statusCodes } from '@fieldwarden/core';\nimport { z } from 'zod';\nexport default [statusCodes.Good, typeof z.string];`;
    expect(await load('outlet.ts', text)).toEqual([0, 'function']);
  });

  it('does not get anything else', async () => {
    await expect(load('yaml.mjs', `import 'yaml';`)).rejects.toThrow(/Cannot find package 'yaml'/);
    await expect(load('typo.mjs', `import '@fieldwarden/cores';`)).rejects.toThrow(/'@fieldwarden\/cores'.*typo\.mjs/);
  });

  it('gets its own where it has it', async () => {
    const own = join(folder, 'node_modules', 'zod');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), '{"main":"index.js"}');
    writeFileSync(join(own, 'index.js'), 'exports.z = "its own";');
    expect(await load('own.mjs', `import { z } from 'zod';\nexport default z;`)).toBe('its own');
  });
});
