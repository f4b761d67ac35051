import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface MainOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Built script to run in place of the product's own; relative to `dist`. */
  readonly script?: string;
}

export interface MainResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line as a real child process, with nothing of this process's environment but PATH. */
export function startMain(
  args: readonly string[],
  { env = {}, script = 'main.js' }: MainOptions = {},
): ChildProcessWithoutNullStreams {
  const file = fileURLToPath(new URL(`../../dist/${script}`, import.meta.url));
  return spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env.PATH, TZ: 'UTC', HOME: '/nonexistent', ...env },
  });
}

export async function runMain(args: readonly string[], options?: MainOptions): Promise<MainResult> {
  return await resultOf(startMain(args, options));
}

export async function resultOf(child: ChildProcessWithoutNullStreams): Promise<MainResult> {
  child.stdin.end();
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code: child.exitCode, stdout, stderr };
}

/** The JSON document that a command printed. */
export function jsonOf({ stdout }: MainResult): unknown {
  return JSON.parse(stdout) as unknown;
}
