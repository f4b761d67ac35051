import type { InitParameters } from '@fieldwarden/channel';
import type { Logger, LogLevel } from '@fieldwarden/core';
import type { HostSpec } from '../host.js';

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What a new process is told about itself. */
export function initParameters(spec: HostSpec, spawn: number, logger: Logger): InitParameters {
  const { driverId, driverType, entry, options, devices } = spec;
  const wanted = logLevels.filter((level) => logger.enabled(level));
  return { driverId, driverType, entry, options, devices, spawn, logLevels: wanted };
}
