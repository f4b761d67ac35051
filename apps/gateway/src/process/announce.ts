import type { RunFile } from '@fieldwarden/gateway-contract';
import type { CommonDependencies } from './common-dependencies.js';
import { RunFileKeeper } from './run-file.js';
import { livenessUrl, ServiceNotify } from './service-notify.js';
import type { StartedHealth } from './start-health.js';

export interface AnnouncedPorts {
  /** Of services, by their fields of `run.json`. */
  readonly services: Readonly<Record<string, number | null>>;
  readonly adminPort: number;
  readonly adminProtocol: RunFile['adminProtocol'];
}

/** Everything answers: says so in `run.json`, on the health port, in the log and to the service manager. */
export function announce(
  common: CommonDependencies,
  { services, adminPort, adminProtocol }: AnnouncedPorts,
  health: StartedHealth,
  summary: string,
): RunFileKeeper {
  const { home, startedAt, logging, disk, shutdownSteps } = common;
  const runFile = {
    pid: process.pid,
    startedAt: startedAt.toISOString(),
    ...services,
    healthPort: health.port,
    adminPort,
    adminProtocol,
  } as RunFile;
  const kept = new RunFileKeeper(home, runFile, logging.logger);
  disk.whenWritten('run.json', () => kept.write());
  shutdownSteps.add('run file', () => kept[Symbol.dispose]());
  health.source.markStarted();
  logging.logger.info(`ready: ${summary}`, { ...runFile });
  tellServiceManager(common, health.port, summary);
  return kept;
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
