import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importModule } from './import-module.js';

describe('a module in a folder where nothing is installed', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fieldwarden-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function load(name: string, text: string): Promise<Readonly<Record<string, unknown>>> {
    const file = join(folder, name);
    writeFileSync(file, text);
    return await importModule(pathToFileURL(file).href, import.meta.url);
  }

  it('gets what the gateway offers', async () => {
    const text = `import { statusCodes } from '@fieldwarden/core';\nimport { z } from 'zod';\nexport default [statusCodes.Good, typeof z.string];`;
    expect((await load('outlet.ts', text)).default).toEqual([0, 'function']);
  });

  it('gets its own where it has it', async () => {
    const own = join(folder, 'node_modules', 'zod');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), '{"main":"index.js"}');
    writeFileSync(join(own, 'index.js'), 'exports.z = "its own";');
    expect((await load('own.mjs', `export { z } from 'zod';`)).z).toBe('its own');
  });

  it('does not get anything else', async () => {
    await expect(load('yaml.mjs', `import 'yaml';`)).rejects.toThrow(/Cannot find package 'yaml'/);
    await expect(load('typo.mjs', `import '@fieldwarden/cores';`)).rejects.toThrow(/'@fieldwarden\/cores'.*typo\.mjs/);
  });
});
