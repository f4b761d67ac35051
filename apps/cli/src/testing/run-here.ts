import { systemClock } from '@fieldwarden/core';
import { gatewayLoader } from '../gateway/gateway-module.js';
import { noColours } from '../output/palette.js';
import { runCli } from '../run-cli.js';
import type { MainResult } from './run-main.js';

/**
 * A command line in this process, for what a process of its own adds nothing to. `answer`: of whoever sits at the terminal; `input`: what is piped
 * in where nobody does.
 */
export async function runHere(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  answer?: string,
  input = '',
): Promise<MainResult> {
  let stdout = '';
  let stderr = '';
  const code = await runCli(args, {
    terminal: {
      palette: noColours,
      errorPalette: noColours,
      width: undefined,
      write: (text) => (stdout += text),
      writeError: (text) => (stderr += text),
      ask: (question) => {
        stderr += question;
        return answer === undefined ? undefined : Promise.resolve(answer);
      },
      askSecret: (question) => {
        stderr += question;
        return answer === undefined ? undefined : Promise.resolve(answer);
      },
      input: () => Promise.resolve(input),
    },
    env,
    clock: systemClock,
    loader: gatewayLoader,
    screen: () => undefined,
    interrupted: () => new AbortController().signal,
    self: [],
  });
  return { code, stdout, stderr };
}
