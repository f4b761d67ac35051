import { messageOf } from '@fieldwarden/core';
import type { ServicePort } from '@fieldwarden/service';
import { CommanderError } from 'commander';
import { CliError, usageError, type CliErrorInit } from './cli-error.js';
import type { Shell } from './command-context.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { buildProgram, type ProgramResult } from './programs/program.js';
import { reportError } from './report-error.js';

/** Runs one command line (without program and script) and returns the exit code. Never rejects. */
export async function runCli(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const json = args.includes('--json');
  const result: ProgramResult = { exitCode: exitCodes.done };
  try {
    const servicePorts = await portsFor(args, shell);
    await buildProgram(shell, result, servicePorts, !json).parseAsync(args, { from: 'user' });
    return result.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      // In words commander has said itself what is wrong with the command line.
      if (json) reportError(shell.terminal, usageError(plainMessage(error)).details, json);
      return exitCodes.usage;
    }
    const details = error instanceof CliError ? error.details : unexpected(error);
    reportError(shell.terminal, details, json);
    return details.exitCode;
  }
}

/** Only what starts a gateway, or shows how, needs to know its services: other commands shall not wait for them. */
async function portsFor(args: readonly string[], { loader }: Shell): Promise<readonly ServicePort[]> {
  if (!args.includes('up') && !args.includes('completion') && !args.includes('__complete')) return [];
  const { services } = await loader.builtInCatalogue();
  return services.all().flatMap(({ port }) => port ?? []);
}

/** commander says `error: …`. */
function plainMessage({ message }: CommanderError): string {
  return message.replace(/^error: /, '');
}

function unexpected(error: unknown): CliErrorInit {
  return { exitCode: exitCodes.failed, code: 'UNEXPECTED', message: `Unexpected error: ${messageOf(error)}` };
}
