import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '@fieldwarden/core';
import { tryModule } from './try-module.js';

describe('a module of a third party, tried in a thread of its own (§16.3)', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fieldwarden-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const url = (text: string): string => {
    const file = join(folder, 'module.mjs');
    writeFileSync(file, text);
    return pathToFileURL(file).href;
  };

  async function reasonOf(text: string): Promise<string> {
    const error: unknown = await tryModule(url(text), 'service').catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'SERVICE_NOT_LOADED', kind: 'config' });
    return messageOf((error as Error).cause);
  }

  it('may throw, exit, or use all memory there, and the reason is told', async () => {
    expect(await reasonOf(`throw new Error('the licence has run out');`)).toBe('the licence has run out');
    expect(await reasonOf(`process.exit(3);`)).toBe('it ends the process when it is imported (exit code 3)');
    expect(await reasonOf(`const all = []; for (;;) all.push(new Array(100_000).fill(all.length));`)).toMatch(/memory/);
  });

  it('is not kept: mended, it is tried as it is then', async () => {
    await reasonOf(`throw new Error('not finished');`);
    await expect(tryModule(url('export default 1;'), 'service')).resolves.toBeUndefined();
  });
});
