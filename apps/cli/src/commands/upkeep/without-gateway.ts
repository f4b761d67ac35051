import { isGatewayError } from '@fieldwarden/core';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes } from '../../exit-code.js';
import { sentence } from '../../output/sentence.js';

/** Through the gateway that runs; where none does, and the home directory is on this machine, on that itself. */
export async function throughGateway<T>(
  { target }: Pick<CommandContext, 'target'>,
  ask: () => Promise<T>,
  without: (home: string) => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (target.via !== 'socket' || !isNotRunning(error)) throw asCliError(error);
  }
  try {
    return await without(target.home);
  } catch (error) {
    throw asCliError(error);
  }
}

function isNotRunning(error: unknown): boolean {
  return error instanceof CliError && error.details.exitCode === exitCodes.notRunning;
}

/** What is refused in words ends with 1, as it does when the gateway refuses it. */
function asCliError(error: unknown): unknown {
  if (!isGatewayError(error) || error.kind === 'bug') return error;
  return new CliError({ exitCode: exitCodes.failed, code: error.code, message: sentence(error.message) });
}
