import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { watchParent } from './parent.mjs';
import { projectEnvironment, root } from './paths.mjs';

/**
 * Runs a tool to its end and keeps what it printed.
 * @returns {Promise<{ code: number, output: string }>} never rejects: a tool that could not be started ends with code 127
 */
export function run(command, args, { env = {}, ...options } = {}) {
  return new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
      env: projectEnvironment(env),
    });
    let output = '';
    const keep = (chunk) => (output += chunk);
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => settle({ code: 127, output: `${output}${error.message}` }));
    child.on('close', (code, signal) => settle({ code: exitCode(code, signal), output }));
  });
}

/**
 * Runs a program on this terminal until it ends; resolves with its exit code. Ctrl-C reaches the program by itself, so here it is only
 * kept from ending the parent first; other signals are handed down.
 */
export function runInForeground(command, args, { env = {} } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: projectEnvironment(env) });
  const handDown = (signal) => child.kill(signal);
  const ignore = () => undefined;
  watchParent(() => child.kill('SIGTERM'));
  process.on('SIGINT', ignore).on('SIGTERM', handDown).on('SIGHUP', handDown);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', handDown).off('SIGHUP', handDown);
      resolve(exitCode(code, signal));
    });
  });
}

/** As a shell reports it: 128 + number of the signal. */
export function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
