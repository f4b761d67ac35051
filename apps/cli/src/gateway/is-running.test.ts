import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { isRunning } from './is-running.js';

/** The next thing that a process says. */
async function heard(stream: Readable): Promise<string> {
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  return chunk.toString();
}

test('a process runs until it is gone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  expect(isRunning(child.pid!)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(child.pid!)).toBe(false);
});

test.runIf(process.platform === 'linux')('a process that has ended does not run, even if nobody reaps it', async () => {
  // the shell starts one cat that ends with descriptor 3, and becomes another, which never waits for its child
  const parent = spawn('sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec cat 3<&-'], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  const [stdin, stdout, , third] = parent.stdio as unknown as [Writable, Readable, null, Writable];
  const pid = Number(await heard(stdout));
  stdin.write('are you a cat?');
  await heard(stdout);
  expect(isRunning(pid)).toBe(true);
  third.destroy();
  await waitFor(() => !isRunning(pid), { what: 'the end of the child' });
  expect(process.kill(pid, 0)).toBe(true); // its entry is still there
  parent.kill('SIGKILL');
});
