import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Runs a program until it has said `lines` lines, and kills it `delayMs` later, in the middle of whatever comes next. Returns what it said. */
export async function killAfter(
  program: URL,
  programArguments: readonly string[],
  lines: number,
  delayMs = 0,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [fileURLToPath(program), ...programArguments], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (said.push(line) === lines) setTimeout(() => child.kill('SIGKILL'), delayMs);
  }
  const [code, signal] = (await exited) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`it ended by itself with ${String(code ?? signal)}`);
  return said;
}
