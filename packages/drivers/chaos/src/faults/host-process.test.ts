import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const module = new URL('../../dist/faults/host-process.js', import.meta.url).href;
const ask = `console.log((await import(${JSON.stringify(module)})).isHostProcess()); process.channel?.unref();`;
const inWorker = `
  import { Worker } from 'node:worker_threads';
  new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(ask)}`)}));
`;

/** What a process says of itself that was started so. Pipes of Node are sockets. */
async function answerOf(
  extra: readonly ('pipe' | 'ignore' | 'ipc')[],
  script = ask,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', ...extra];
  const args = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio, env: { PATH: process.env['PATH'], ...env } });
  const [said] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
  return said.trim();
}

test('a process with its channel and its line to the watchdog is a Host', async () => {
  expect(await answerOf(['pipe', 'pipe'])).toBe('true');
});

test.each([
  ['that was simply started', []],
  ['with a channel alone', ['pipe']],
  ['with files in both places', ['ignore', 'ignore']],
  ['that Node itself forked', ['pipe', 'pipe', 'ipc']],
] as const)('a process %s is none', async (_how, extra) => {
  expect(await answerOf(extra)).toBe('false');
});

test('a process that systemd gave its listening sockets is none', async () => {
  expect(await answerOf(['pipe', 'pipe'], ask, { LISTEN_FDS: '2' })).toBe('false');
});

test('a worker thread is none, even within a Host', async () => {
  expect(await answerOf(['pipe', 'pipe'], inWorker)).toBe('false');
});

test('this process is none', async () => {
  const { isHostProcess } = await import('./host-process.js');
  expect(isHostProcess()).toBe(false);
});
