import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Step, StepResult } from './run-step.js';

/** Without any right of its own: `nobody` on Debian. */
export const unprivilegedId = 65_534;

export const isRoot = process.getuid?.() === 0;

const run = promisify(execFile);

const main = new URL('../../dist/testing/run-step-main.js', import.meta.url).pathname;

/** Carries a step out in a fresh process; rejects when that process dies, by a signal for instance. */
export async function stepInChild(step: Step, user?: number): Promise<StepResult> {
  const identity = user === undefined ? {} : { uid: user, gid: user };
  const { stdout } = await run(process.execPath, [main, JSON.stringify(step)], identity);
  return JSON.parse(stdout) as StepResult;
}

/** The same where no file may grow beyond `limitKib`: a write there fails with EFBIG, as on a full disk half-way. */
export async function stepWithFileLimit(step: Step, limitKib: number): Promise<StepResult> {
  const script = `trap '' XFSZ; ulimit -f ${2 * limitKib}; exec "$0" "$@"`;
  const { stdout } = await run('sh', ['-c', script, process.execPath, main, JSON.stringify(step)]);
  return JSON.parse(stdout) as StepResult;
}
