import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../bin/fieldwarden.mjs', import.meta.url));

/** Makes a Node believe that it is older; the one it starts in its place does not. */
const pretendOld = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.11.0'}})`;

function run(
  nodeOptions: readonly string[],
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...nodeOptions, launcher, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test('the launcher runs the command line in its own Node if that is new enough', async () => {
  expect(await run([], '--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test('the launcher hands over to the bundled Node if its own is too old, exit code and output included', async () => {
  const old = ['--import', pretendOld];
  expect(await run(old, '--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(await run(old, 'status', '--home', '/nonexistent')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('No gateway runs'),
  });
});
