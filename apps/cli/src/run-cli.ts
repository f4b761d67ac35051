import { messageOf } from '@fieldwarden/core';
import { CommanderError } from 'commander';
import { CliError, type CliErrorInit } from './cli-error.js';
import type { Shell } from './command-context.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { buildProgram, type ProgramResult } from './programs/program.js';
import { reportError } from './report-error.js';

/** Runs one command line (without program and script) and returns the exit code. Never rejects. */
export async function runCli(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const result: ProgramResult = { exitCode: exitCodes.done };
  try {
    await buildProgram(shell, result).parseAsync(args, { from: 'user' });
    return result.exitCode;
  } catch (error) {
    // commander has already said what is wrong with the command line
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const details = error instanceof CliError ? error.details : unexpected(error);
    reportError(shell.terminal, details, args.includes('--json'));
    return details.exitCode;
  }
}

function unexpected(error: unknown): CliErrorInit {
  return { exitCode: exitCodes.failed, code: 'UNEXPECTED', message: `Unexpected error: ${messageOf(error)}` };
}
