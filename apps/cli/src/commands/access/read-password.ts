import { readFile } from 'node:fs/promises';
import { messageOf } from '@fieldwarden/core';
import { CliError, usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes } from '../../exit-code.js';

/** Out of `--password-file`, else from the person at the terminal, twice, else the first line of standard input. Never from the command line: others see that. */
export async function readPassword(
  { terminal }: CommandContext,
  file: string | undefined,
  what: string,
): Promise<string> {
  if (file !== undefined)
    return firstLine(await readFile(file, 'utf8').catch((error: unknown) => notRead(file, error)));
  const typed = await terminal.askSecret(`${what}: `);
  if (typed === undefined) return firstLine(await terminal.input());
  if ((await terminal.askSecret('Once more: ')) === typed) return typed;
  throw new CliError({
    exitCode: exitCodes.failed,
    code: 'PASSWORDS_DIFFER',
    message: 'The two passwords differ; nothing was changed.',
  });
}

function firstLine(text: string): string {
  const [line] = text.split(/\r?\n/, 1);
  if (line === '') throw usageError('there is no password; give it in --password-file FILE, or on standard input');
  return line;
}

function notRead(file: string, error: unknown): never {
  throw usageError(`${file} cannot be read: ${messageOf(error)}`);
}
