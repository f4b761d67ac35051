import type { ProcessParameters } from '@fieldwarden/channel';
import type { Logger, LogLevel } from '@fieldwarden/core';

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What a new process is told about itself, whatever it runs. */
export function processParameters(spawn: number, logger: Logger): ProcessParameters {
  return { spawn, logLevels: logLevels.filter((level) => logger.enabled(level)) };
}
