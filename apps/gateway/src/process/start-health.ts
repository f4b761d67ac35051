import { createHealthServer } from '@fieldwarden/observe';
import { HealthSource, type HealthDependencies } from '../status/health-source.js';
import type { CommonDependencies } from './common-dependencies.js';

export interface StartedHealth {
  readonly port: number;
  readonly source: HealthSource;
}

/** Opens the health port. Rejects with PORT_TAKEN. */
export async function startHealth(
  { options, clock, uptimeMs, concerns, logging, shutdownSteps }: CommonDependencies,
  dependencies: Omit<HealthDependencies, 'uptimeMs' | 'concerns'>,
): Promise<StartedHealth> {
  const source = new HealthSource({ ...dependencies, uptimeMs, concerns });
  const { bind: host, healthPort: port } = options;
  const server = await createHealthServer({ host, port, view: source, clock, logger: logging.logger });
  shutdownSteps.add('health', async () => await server.close());
  return { port: server.port, source };
}
