import { join, resolve } from 'node:path';
import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterAll, describe, it } from 'vitest';
import { noAsyncHandler } from './no-async-handler.mjs';

const root = resolve(import.meta.dirname, '../../..');
const filename = join(root, 'tooling/lint/fixtures/conforming/capabilities.ts');

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only;
RuleTester.afterAll = afterAll;

const header = `declare const work: () => Promise<void>;\ndeclare const thing: any;\n`;
const unseen = (callee) => [{ messageId: 'unseen', data: { callee } }];

new RuleTester({
  languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: root } },
}).run('no-async-handler (§3.6)', noAsyncHandler, {
  valid: [
    `process.nextTick(() => void work().catch(console.error));`,
    `thing.on('data', () => { work().catch(console.error); });`,
    `thing.on('data', thing.handler);`,
    `thing.then(async () => { await work(); });`,
    `setTimeout(...[() => undefined, 1] as const);`,
    `thing.run(async () => { await work(); });`,
  ].map((code) => ({ code: header + code, filename })),
  invalid: [
    ['nextTick', `process.nextTick(async () => { await work(); });`],
    ['nextTick', `process.nextTick(work);`],
    ['on', `thing.on('data', async () => { await work(); });`],
    ['once', `thing.once('close', work);`],
    ['addEventListener', `thing.addEventListener('abort', async function () { await work(); });`],
    ['on', `thing.on('exit', (code: number) => (code === 0 ? undefined : work()));`],
    ['setTimer', `thing.setTimer(() => work(), 10);`],
    ['setTimeout', `setTimeout(async () => { await work(); }, 1);`],
    ['queueMicrotask', `queueMicrotask(work);`],
  ].map(([callee, code]) => ({ code: header + code, filename, errors: unseen(callee) })),
});
