import { messageOf } from '@fieldwarden/core';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModuleProcess } from './module-process.js';

describe('the process in which a module of a third party is asked (§3.5, §16.3)', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fieldwarden-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  let count = 0;
  function start(text: string): ModuleProcess {
    const file = join(folder, `module-${(count += 1)}.mjs`);
    writeFileSync(file, text);
    return new ModuleProcess({ url: pathToFileURL(file).href, what: 'driver' }, [folder]);
  }

  async function reasonOf(text: string): Promise<string> {
    using process = start(text);
    const error: unknown = await process.describe().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'DRIVER_NOT_LOADED', kind: 'config' });
    return messageOf((error as Error).cause);
  }

  const driver = (more: string): string => `import { z } from 'zod';
export default {
  type: 'acme', version: '1.2.3', tier: 'A', entry: import.meta.url,
  options: z.object({ host: z.string().describe('Host.'), count: z.number().default(3) }), deviceOptions: z.object({}),
  tagOptions: z.object({ depth: z.number().default(1) }),
  address: (text) => { if (!text.startsWith('R')) throw new Error(text + ' is no register'); return text; },
  create: () => ({}),
};
${more}`;

  it('lets it import what is installed next to it or above, and read nothing else there', async () => {
    const installed = join(folder, 'node_modules/acme-protocol');
    mkdirSync(installed, { recursive: true });
    writeFileSync(
      join(installed, 'package.json'),
      '{ "name": "acme-protocol", "type": "module", "exports": "./index.js" }',
    );
    writeFileSync(join(installed, 'index.js'), 'export const version = "2";');
    writeFileSync(join(folder, 'secret'), 'x');
    const below = join(folder, 'drivers', 'acme');
    mkdirSync(below, { recursive: true });
    const file = join(below, 'driver.mjs');
    const url = pathToFileURL(file).href;
    writeFileSync(file, `import { version } from 'acme-protocol';\n${driver('').replace("'1.2.3'", 'version')}`);
    using process = new ModuleProcess({ url, what: 'driver' }, [below]);
    expect(await process.describe()).toMatchObject({ version: '2' });
    writeFileSync(file, `import { readFileSync } from 'node:fs'; readFileSync('${join(folder, 'secret')}');`);
    using curious = new ModuleProcess({ url, what: 'driver' }, [below]);
    const error: unknown = await curious.describe().catch((failure: unknown) => failure);
    expect(messageOf((error as Error).cause)).toMatch(/Access|permission/);
  });

  it.each([
    ['throws', `throw new Error('the licence has run out');`, /^the licence has run out$/],
    ['exits', `process.exit(3);`, /ends the process when it is imported \(exit code 3\)/],
    ['fills its heap', `const all = []; for (;;) all.push(new Array(100_000).fill(all.length));`, /more memory/],
    ['fills buffers', `const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1));`, /more memory/],
    [
      'writes a file',
      `import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/never-there', '');`,
      /Access|permission/,
    ],
    [
      'reads the machine',
      `import { readFileSync } from 'node:fs'; readFileSync('/etc/hostname');`,
      /Access|permission/,
    ],
    ['starts a program', `import { execSync } from 'node:child_process'; execSync('id');`, /Access|permission/],
    [
      'says something else',
      `import { writeSync } from 'node:fs'; writeSync(3, '{"what":"driver","version":5}\\n'); for (;;);`,
      /its answer has no shape/,
    ],
  ])('bears one that %s', async (_says, text, reason) => {
    expect(await reasonOf(text)).toMatch(reason);
    expect(existsSync('/tmp/never-there')).toBe(false);
  });

  it('gives it nothing of the environment', async () => {
    process.env.ACME_TEST_SECRET = 'canary';
    const names = await reasonOf(`throw new Error(Object.keys(process.env).join());`);
    expect(names).not.toContain('ACME');
  });

  it('says as data what it is, and what it has against a document', async () => {
    using asked = start(driver(`console.log('noise that nobody reads');`));
    expect(await asked.describe()).toMatchObject({
      what: 'driver',
      version: '1.2.3',
      liveDevices: false,
      options: { properties: { host: { type: 'string', description: 'Host.' } } },
    });
    const tags = [
      { address: 'R1', dataType: 'bool' },
      { address: 'Q1', dataType: 'bool', options: { depth: 'low' } },
    ];
    const uses = [
      { options: { host: 'h' }, devices: [{ options: {}, tags }] },
      { options: { host: 5, port: 1 }, devices: [] },
    ];
    expect(await asked.judge({ what: 'driver', uses })).toMatchObject([
      {
        options: { output: { host: 'h', count: 3 }, found: [] },
        devices: [
          {
            addresses: [null, 'Q1 is no register'],
            tagOptions: [{ output: { depth: 1 }, found: [] }, { found: [{ path: ['depth'], rule: 'tag-options' }] }],
          },
        ],
      },
      { options: { found: [{ path: ['host'] }, { path: ['port'], rule: 'unknown-field' }] }, devices: [] },
    ]);
  });
});
