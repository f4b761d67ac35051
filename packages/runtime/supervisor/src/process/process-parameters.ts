import type { ProcessParameters } from '@fieldwarden/channel';
import type { Logger, LogLevel } from '@fieldwarden/core';

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Long enough for the others that start at the same time. */
const watchAfterCrowdMs = 3_000;

/** What a new process is told about itself, whatever it runs. */
export function processParameters(spawn: number, logger: Logger, isInCrowd: boolean): ProcessParameters {
  return {
    spawn,
    logLevels: logLevels.filter((level) => logger.enabled(level)),
    watchAfterMs: isInCrowd ? watchAfterCrowdMs : 0,
  };
}
