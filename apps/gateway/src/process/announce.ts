import type { RunFile } from '@fieldwarden/gateway-contract';
import type { CommonDependencies } from './common-dependencies.js';
import { removeRunFile, writeRunFile } from './run-file.js';
import { livenessUrl, ServiceNotify } from './service-notify.js';
import type { StartedHealth } from './start-health.js';

export interface AnnouncedPorts {
  /** Of services, by their fields of `run.json`. */
  readonly services: Readonly<Record<string, number | null>>;
  readonly adminPort: number;
}

/** Everything answers: says so in `run.json`, on the health port, in the log and to the service manager. */
export function announce(
  common: CommonDependencies,
  { services, adminPort }: AnnouncedPorts,
  health: StartedHealth,
  summary: string,
): RunFile {
  const { home, startedAt, logging, shutdownSteps } = common;
  const runFile = {
    pid: process.pid,
    startedAt: startedAt.toISOString(),
    ...services,
    healthPort: health.port,
    adminPort,
  } as RunFile;
  writeRunFile(home, runFile);
  shutdownSteps.add('run file', () => removeRunFile(home));
  health.source.markStarted();
  logging.logger.info(`ready: ${summary}`, { ...runFile });
  tellServiceManager(common, health.port, summary);
  return runFile;
}

function tellServiceManager(
  { clock, options, logging, shutdownSteps }: CommonDependencies,
  healthPort: number,
  summary: string,
): void {
  const notify = new ServiceNotify({ env: process.env, clock, logger: logging.logger });
  shutdownSteps.add('service notifications', async () => await notify.stopping());
  notify.ready(livenessUrl(options.bind, healthPort), summary);
}
