import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { isRunning } from './is-running.js';

test('a process runs until it is gone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  expect(isRunning(child.pid!)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(child.pid!)).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'a process that has ended but that its parent does not reap does not run',
  async () => {
    // `exec` turns the shell into a program that never waits for the child it has inherited
    const parent = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 60']);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await waitFor(() => !isRunning(pid), { what: 'the end of the child' });
    expect(process.kill(pid, 0)).toBe(true); // its entry is still there
    parent.kill('SIGKILL');
  },
);
