import type { Finding } from '@fieldwarden/gateway-contract';
import { exitCodes, type ExitCode } from './exit-code.js';

export interface CliErrorInit {
  readonly exitCode: ExitCode;
  /** Stable, upper case: for programs that read `--json`. */
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  readonly correlationId?: string;
  readonly findings?: readonly Finding[];
  /** What the findings are about. */
  readonly file?: string;
}

/** The end of a command that could not do its work: what to say, and with which code to exit. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly details: CliErrorInit;

  constructor(details: CliErrorInit) {
    super(details.message);
    this.details = details;
  }
}

export function usageError(message: string): CliError {
  return new CliError({ exitCode: exitCodes.usage, code: 'USAGE', message });
}

export function notRunning(where: string, start: string): CliError {
  return new CliError({
    exitCode: exitCodes.notRunning,
    code: 'NOT_RUNNING',
    message: `No gateway runs on ${where}.`,
    remedy: start,
  });
}
