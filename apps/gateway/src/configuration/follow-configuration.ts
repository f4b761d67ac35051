import type { GenerationSummary } from '@fieldwarden/authority';
import { modulesOf } from '@fieldwarden/config';
import type { Logger } from '@fieldwarden/core';
import type { PlantAccess } from '../admin/plant-access.js';
import type { Apply, Boot, Generations } from '@fieldwarden/generations';
import type { Metrics } from '@fieldwarden/observe';
import type { RunningServices } from '@fieldwarden/services';
import type { AdminTls } from '../certificates/admin-tls.js';
import { Configuration, type OpenedConfiguration } from './configuration.js';
import { ConfigurationEvents } from './configuration-events.js';
import { applyToGateway } from './gateway-changes.js';
import type { PlantFile } from './plant-file.js';
import { watchPlantFile } from './watch-plant-file.js';
import type { CommonDependencies } from '../process/common-dependencies.js';
import { failuresOf } from '../drivers/apply-outcome.js';
import type { RunningDrivers } from '../drivers/running-drivers.js';
import type { MemoryRelease } from './memory-release.js';
import { version } from '../version.js';

/** Finds what to run, and says in the log what that is and what is odd about it. */
export async function openConfiguration(
  { home, options, catalogue, check, edit, clock, random, logging, shutdownSteps }: CommonDependencies,
  file: PlantFile | undefined,
): Promise<OpenedConfiguration> {
  const { logger } = logging;
  logger.info(`Fieldwarden ${version} starts`, { home: home.path });
  const opened = await Configuration.open(
    { home: home.path, url: options.configUrl, catalogue, check, edit, clock, random, logger },
    {
      file,
      force: options.force === true,
      driverOptions: options.driverOptions ?? [],
      site: options.site,
      generation: options.generation,
    },
  );
  const { configuration, boot } = opened;
  shutdownSteps.add('configuration', async () => await configuration.close());
  const { running, warnings, held, fileNotPublished, fileDiffers } = boot;
  logging.configure(running.plant.logging);
  logger.info(`site ${configuration.site} runs generation ${running.summary.generation}`);
  const modules = modulesOf(running.plant);
  if (modules.length > 0) logger.warn(`this plant runs code of third parties: ${modules.join(', ')}`);
  for (const { path, message } of warnings) logger.warn(`plant document: ${path}: ${message}`);
  if (held !== undefined) logger.error(held);
  if (fileNotPublished !== undefined) logger.error(`${file?.name} is not published: ${fileNotPublished}`);
  if (fileDiffers !== undefined) logger.warn(fileDiffers);
  return opened;
}

export interface Followers {
  readonly drivers: RunningDrivers;
  readonly services: RunningServices;
  readonly plantAccess: PlantAccess;
  readonly metrics: Metrics;
  readonly memory: MemoryRelease;
  readonly tls: AdminTls;
}

/** So long after an apply nobody has use any more for what it was made of; it may have been one of several. */
const appliedLongAgoMs = 5_000;

/** From now on what is published is carried out, on the drivers and on the gateway itself. */
export function followConfiguration(
  { events, alarms, logging }: CommonDependencies,
  { configuration, boot }: OpenedConfiguration,
  { drivers, services, plantAccess, metrics, memory, tls }: Followers,
): Generations {
  const told = new ConfigurationEvents({ events, alarms }, (result) => metrics.configPublished(result));
  alarms.runs(boot.running.summary.generation);
  configuration.onAuthorityChange(told.authorityChanged);
  const apply: Apply = async (plan, { plant, summary }) => {
    const came = modulesOf(plant).filter((module) => !modulesOf(drivers.plant).includes(module));
    memory.soon(appliedLongAgoMs);
    alarms.runs(summary.generation);
    if (came.length > 0) tellModules(came, summary, { events, logger: logging.logger });
    return [
      ...failuresOf(await drivers.apply(plan, plant, summary.generation)),
      ...(await applyToGateway(plan, summary.generation, { logging, services, plantAccess, tls })),
    ];
  };
  return configuration.begin(boot, { apply, plant: async () => await drivers.plantInTurns() }, told.observer);
}

/** Publishing a module of a third party is running its code: who did is told where people look, beside the audit of the publish. */
function tellModules(
  modules: readonly string[],
  { generation, author }: GenerationSummary,
  { events, logger }: Pick<CommonDependencies, 'events'> & { readonly logger: Logger },
): void {
  const message = `generation ${generation} of ${author} runs code of third parties: ${modules.join(', ')}`;
  logger.warn(message);
  events.append({ type: 'config', message, data: { generation, author, modules } });
}

/** `up --watch`. */
export function watchFile(
  { options, clock, check, edit, logging, shutdownSteps }: CommonDependencies,
  file: PlantFile | undefined,
  { fileNotPublished }: Pick<Boot, 'fileNotPublished'>,
  generations: Generations,
): void {
  if (!file || !options.watch) return;
  const published = fileNotPublished === undefined;
  const readBy = { check, edit, driverOptions: options.driverOptions ?? [] };
  const watch = watchPlantFile(file, { generations, readBy, clock, logger: logging.logger, published });
  shutdownSteps.add('plant file watch', () => watch[Symbol.dispose]());
}
