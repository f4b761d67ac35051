import type { Generations } from '@fieldwarden/generations';
import type { RunningServices } from '@fieldwarden/services';
import type { Configuration } from '../configuration/configuration.js';
import type { CommonDependencies } from '../process/common-dependencies.js';
import { runFilePorts } from '../services/service-ports.js';
import { LocalUpkeep } from '../upkeep/local-upkeep.js';

/** What `doctor` looks at beside the home directory. */
export interface UpkeepSubjects {
  readonly configuration: Configuration;
  readonly generations: Generations;
  readonly services: RunningServices;
  readonly healthPort: number;
}

/** Secrets, backup, restore and doctor, over the parts that run. `adminPort`: known once it listens. */
export function upkeepOf(
  { home, clock, secrets, state, options, catalogue }: CommonDependencies,
  { configuration, generations, services, healthPort }: UpkeepSubjects,
  adminPort: () => number,
): LocalUpkeep {
  const ports = (): Readonly<Record<string, number>> => ({
    admin: adminPort(),
    health: healthPort,
    ...withoutNull(runFilePorts(catalogue.services, services)),
  });
  return new LocalUpkeep({
    home,
    clock,
    secrets,
    state,
    site: configuration.site,
    bind: options.bind,
    ports,
    usingStaleConfig: () => configuration.facts().usingStaleConfig,
    document: () => generations.document(),
  });
}

/** `opcuaPort` → `opcua`. */
function withoutNull(ports: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> {
  const listening = Object.entries(ports).flatMap(([name, port]) => (port === null ? [] : [[name.replace(/Port$/, ''), port] as const])); // prettier-ignore
  return Object.fromEntries(listening);
}
