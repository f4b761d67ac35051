import type { ServiceRegistry } from '@fieldwarden/service';
import type { RunningServices } from '@fieldwarden/services';
import type { CommonDependencies } from '../process/common-dependencies.js';
import type { RunFileKeeper } from '../process/run-file.js';
import { StatusPulse } from '../status/status-pulse.js';
import { runFilePorts } from './service-ports.js';

/** `run.json` says where services listen now: a change of the configuration may move, start or stop one. */
export function followPorts(
  { catalogue, clock, shutdownSteps }: CommonDependencies,
  services: RunningServices,
  runFile: RunFileKeeper,
): void {
  const pulse = new StatusPulse(clock, () => runFile.update(settledPorts(catalogue.services, services)));
  shutdownSteps.add('pulse of run.json', () => pulse[Symbol.dispose]());
}

/** Without those of services that are on and have no port at the moment: they come back where they were. */
export function settledPorts(
  registry: ServiceRegistry,
  services: RunningServices,
): Readonly<Record<string, number | null>> {
  const wanted = new Set(services.configured.filter(({ enabled }) => enabled).map(({ name }) => name));
  const passing = new Set(
    registry.all().flatMap(({ name, port }) => (port && wanted.has(name) ? [port.runFileField] : [])),
  );
  const all = Object.entries(runFilePorts(registry, services));
  return Object.fromEntries(all.filter(([field, port]) => port !== null || !passing.has(field)));
}
