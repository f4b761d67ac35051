import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const overrideConfigFile = join(import.meta.dirname, 'eslint.config.mjs');
const eslint = new ESLint({ cwd: root, overrideConfigFile });

/** Names of the rules that this text breaks when it stands in that file. Rules with types want a file that exists. */
async function rulesBrokenBy(text, filePath = 'packages/contracts/core/src/clock.ts') {
  const [{ messages }] = await eslint.lintText(text, { filePath: join(root, filePath) });
  return messages.map(({ ruleId, message }) => ruleId ?? message);
}

describe('the lint rules', () => {
  it('accept ordinary code', async () => {
    const text = `
import { type DataType } from './data-type.js';

export async function firstOf(types: readonly DataType[]): Promise<string> {
  return Promise.resolve(types[0].scalar);
}
`;
    expect(await rulesBrokenBy(text)).toEqual([]);
  });

  it.each([
    ['no-floating-promises', `export function f(): void { Promise.resolve(1); }`],
    [
      'no-misused-promises',
      `export const f = (run: (g: () => void) => void): void => { run(async () => { await 1; }); };`,
    ],
    ['no-explicit-any', `export const a: any = 1;`],
    ['no-unsafe-return', `export const f = (text: string): string => JSON.parse(text);`],
    ['consistent-type-imports', `import { DataType } from './data-type.js';\nexport type T = DataType;`],
    [
      'switch-exhaustiveness-check',
      `export function f(s: 'a' | 'b'): number { switch (s) { case 'a': return 1; } return 0; }`,
    ],
    ['only-throw-error', `export function f(): void { throw 'text'; }`],
  ])('refuse with %s', async (rule, text) => {
    expect(await rulesBrokenBy(text)).toContain(`@typescript-eslint/${rule}`);
  });

  // What such a handler rejects with, nobody would see (§3.6).
  it.each([
    ['an event', `import { EventEmitter } from 'node:events';\nnew EventEmitter().on('x', async () => { await 1; });`],
    [
      'an event that comes once',
      `import { connect } from 'node:net';\nconnect(1).once('close', async () => { await 1; });`,
    ],
    [
      'an event of a child',
      `import { spawn } from 'node:child_process';\nspawn('x').on('exit', async () => { await 1; });`,
    ],
    ['an event target', `AbortSignal.abort().addEventListener('abort', async () => { await 1; });`],
    ['a request', `import { createServer } from 'node:http';\ncreateServer(async () => { await 1; });`],
    ['a timer', `setTimeout(async () => { await 1; }, 1);`],
    ['an interval', `const tick = async (): Promise<void> => { await 1; };\nsetInterval(tick, 1);`],
    ['an immediate', `setImmediate(async () => { await 1; });`],
    ['a microtask', `queueMicrotask(async () => { await 1; });`],
    ['a loop over a collection', `new Map<string, string>().forEach(async () => { await 1; });`],
  ])('refuse an async handler of %s (§3.6)', async (_what, text) => {
    expect(await rulesBrokenBy(text, 'packages/contracts/core/src/errors.ts')).toContain(
      '@typescript-eslint/no-misused-promises',
    );
  });

  it('refuse an async handler where types say nothing of it (§3.6)', async () => {
    const text = `process.nextTick(async () => { await 1; });`;
    expect(await rulesBrokenBy(text)).toContain('fieldwarden/no-async-handler');
  });

  it('look at the types of components too', async () => {
    const text = `export const Part = ({ value }: { value: any }) => <p>{value}</p>;\n`;
    const rules = await rulesBrokenBy(text, 'apps/console/src/parts/button.tsx');
    expect(rules).toContain('@typescript-eslint/no-explicit-any');
  });

  it.each([
    ['a runtime package', 'packages/runtime/tags/src/index.ts', '@fieldwarden/driver-modbus'],
    ['an outlet', 'packages/outlets/opcua-server/src/index.ts', '@fieldwarden/driver-s7'],
    ['a contract', 'packages/contracts/core/src/clock.ts', '@fieldwarden/testkit'],
    ['a runtime package', 'packages/runtime/tags/src/index.ts', '@fieldwarden/admin-contract'],
    ['a driver', 'packages/drivers/modbus/src/index.ts', '@fieldwarden/admin-contract/testing'],
    ['the kit', 'packages/kit/codec/src/index.ts', '@fieldwarden/admin-contract'],
    ['an outlet', 'packages/outlets/opcua-server/src/index.ts', '@fieldwarden/admin-contract'],
    ['automation', 'packages/automation/internal-tags/src/service.ts', '@fieldwarden/admin-contract'],
    ['the words of the gateway', 'packages/contracts/gateway/src/index.ts', '@fieldwarden/admin-contract'],
    ['the shapes of the API', 'packages/contracts/admin/src/index.ts', '@fieldwarden/tags'],
    ['the Admin API', 'packages/outlets/admin-api/src/index.ts', '@fieldwarden/driver-s7'],
    ['the Admin API', 'packages/outlets/admin-api/src/server/route.ts', '@fieldwarden/tags'],
    ['an answer of the Admin API', 'packages/outlets/admin-api/src/answers/index.ts', '@fieldwarden/driver-s7'],
    ['an answer of the Admin API', 'packages/outlets/admin-api/src/answers/index.ts', '@fieldwarden/gateway'],
    ['a runtime package', 'packages/runtime/tags/src/index.ts', '@fieldwarden/driver-host'],
  ])('refuse %s that imports what its layer may not see', async (_who, filePath, imported) => {
    expect(await rulesBrokenBy(`import '${imported}';\n`, filePath)).toContain('no-restricted-imports');
  });

  it.each([
    ['the runtime', 'packages/runtime/tags/src/index.ts', '@fieldwarden/driver'],
    ['the runtime', 'packages/runtime/tags/src/index.ts', '@fieldwarden/gateway-contract'],
    ['the Admin API', 'packages/outlets/admin-api/src/index.ts', '@fieldwarden/admin-contract'],
    ['the shapes of the API', 'packages/contracts/admin/src/index.ts', '@fieldwarden/gateway-contract'],
    ['an answer of the Admin API', 'packages/outlets/admin-api/src/answers/index.ts', '@fieldwarden/tags'],
    ['an outlet', 'packages/outlets/opcua-server/src/index.ts', '@fieldwarden/tags'],
  ])('let %s import the layers below it', async (_who, filePath, imported) => {
    expect(await rulesBrokenBy(`import '${imported}';\n`, filePath)).toEqual([]);
  });

  it('refuse modules that import each other in a circle', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-lint-'));
    try {
      writeFileSync(join(folder, 'a.mjs'), `import { b } from './b.mjs';\nexport const a = () => b;\n`);
      writeFileSync(join(folder, 'b.mjs'), `import { a } from './a.mjs';\nexport const b = () => a;\n`);
      const results = await new ESLint({ cwd: folder, overrideConfigFile }).lintFiles(['*.mjs']);
      const rules = results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
      expect(rules).toEqual(['fieldwarden/no-cycle', 'fieldwarden/no-cycle']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
