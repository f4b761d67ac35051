import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ESLint, RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterAll, describe, expect, it } from 'vitest';
import { capabilitiesThroughInvoker } from './capabilities-through-invoker.mjs';

const root = resolve(import.meta.dirname, '../../..');
const fixtures = join(root, 'tooling/lint/fixtures');
const conforming = join(fixtures, 'conforming/capabilities.ts');
const violating = join(fixtures, 'violating/capabilities.ts');
const ruleId = 'fieldwarden/capabilities-through-invoker';

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only;
RuleTester.afterAll = afterAll;

const header = `import type { DriverSession } from '@fieldwarden/driver';\ndeclare const session: DriverSession;\n`;
const detour = (member) => ({ messageId: 'detour', data: { member } });

new RuleTester({
  languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: root } },
}).run('capabilities-through-invoker', capabilitiesThroughInvoker, {
  valid: [
    `${header}export const done = session.close();`,
    `${header}export const opened = session.open?.(AbortSignal.abort());`,
    `export const read = { close: 1, read: () => 2 }.read();`,
    `declare const thing: any;\nexport const x = thing.read();`,
    `import type { Capability } from '@fieldwarden/driver';\nexport const name: Capability = 'read';`,
    `${header}session.probe = () => Promise.resolve();`,
  ].map((code) => ({ code, filename: conforming })),
  invalid: [
    ['read', `session.read?.bind(session);`],
    ['read', `export const f = session.read;`],
    ['write', `export const { write } = session;`],
    ['write', `export const { 'write': out } = session;`],
    ['probe', `export const f = ({ probe }: DriverSession) => probe;`],
    ['probe', `export const g = (s: DriverSession | undefined) => s?.probe;`],
    ['readRaw', `export const h = <S extends DriverSession>(s: S) => s.readRaw;`],
    ['callMethod', `export const i = (s: Required<DriverSession>) => s.callMethod;`],
    ['discover', `export const j = (k: 'discover' | 'open') => session[k];`],
    ['setDevices', `for (const { setDevices } of [session]) setDevices;`],
    ['subscribe', `export const k = (session as Partial<DriverSession>).subscribe;`],
    ['acknowledge', `export const l = Reflect.get(session, 'acknowledge');`],
    [
      'read',
      `class Own implements DriverSession { close() { return Promise.resolve(); } read() { return this.close(); } }\nexport const m = new Own().read();`,
    ],
  ].map(([member, code]) => ({ code: header + code, filename: conforming, errors: [detour(member)] })),
});

describe('the rule, as the whole tree is checked with it (§5.6)', () => {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: join(root, 'tooling/lint/eslint.config.mjs'),
    ignore: false,
  });

  it('finds every way past the invoker in the violating fixture, and errors on it', async () => {
    const [{ messages }] = await eslint.lintFiles([violating]);
    const found = messages.filter((message) => message.ruleId === ruleId);
    expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set([2]));
    const lines = readFileSync(violating, 'utf8').split('\n');
    const expected = lines.flatMap((line, index) => (/\/\/ violation|function taken/.test(line) ? [index + 1] : []));
    expect(expected.length).toBeGreaterThan(12);
    expect(found.map(({ line }) => line)).toEqual(expected);
  });

  it('has nothing against the conforming fixture', async () => {
    const [{ messages }] = await eslint.lintFiles([conforming]);
    expect(messages).toEqual([]);
  });

  it.each([
    ['packages/runtime/tags/src/device-poller.ts', true],
    ['packages/outlets/opcua-server/src/index.ts', true],
    ['apps/gateway/src/gateway.ts', true],
    ['apps/gateway/src/gateway.test.ts', true],
    ['packages/runtime/invoker/src/device-invoker.ts', false],
    ['packages/runtime/channel/src/served/served-session.ts', false],
    ['packages/runtime/channel/src/client/client.ts', true],
    ['packages/drivers/simulator/src/subscribing-session.ts', false],
    ['packages/kit/testkit/src/contract/cases/exchange.ts', false],
  ])('holds in %s: %s', async (file, holds) => {
    const { rules } = await eslint.calculateConfigForFile(join(root, file));
    expect(rules[ruleId]?.[0] ?? 0).toBe(holds ? 2 : 0);
  });
});
