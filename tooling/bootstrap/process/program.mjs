import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { root, projectEnvironment } from './paths.mjs';
import { exitCode } from './run.mjs';

/** The gateway drains for 10 s and gives its Hosts 5 s more. */
const graceMs = 25_000;

const setpriv = '/usr/bin/setpriv';

/**
 * Starts a program that outlives single keystrokes: it has a process group of its own, so that Ctrl-C reaches only this process, which
 * then stops its programs in order. If this process is killed outright, Linux passes SIGTERM on.
 * @param {{ name: string, command: string, args: string[], stdout: 'inherit' | 'pipe' }} what
 */
export function startProgram({ name, command, args, stdout }) {
  const [file, ...rest] = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'TERM', command, ...args] : [command, ...args];
  const child = spawn(file, rest, {
    cwd: root,
    detached: true,
    stdio: ['ignore', stdout, 'inherit'],
    env: projectEnvironment(),
  });
  const exited = new Promise((settle) => {
    child.on('error', (error) => settle({ code: 127, reason: error.message }));
    child.on('exit', (code, signal) => settle({ code: exitCode(code, signal), reason: signal ?? `exit code ${code}` }));
  });
  const kill = (signal) => child.kill(signal);
  return { name, pid: child.pid, stdout: child.stdout, exited, kill, stop: () => stop(kill, exited) };
}

async function stop(kill, exited) {
  kill('SIGTERM');
  const hammer = setTimeout(() => kill('SIGKILL'), graceMs);
  const end = await exited;
  clearTimeout(hammer);
  return end;
}
