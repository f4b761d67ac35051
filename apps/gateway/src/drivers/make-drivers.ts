import type { RunningVersion } from '@fieldwarden/generations';
import type { Metrics } from '@fieldwarden/observe';
import type { OwnTagWrite } from '@fieldwarden/service';
import { WriteRequests, type ServiceWrite } from '@fieldwarden/tags';
import type { CommonDependencies } from '../process/common-dependencies.js';
import { DeviceMemory } from '../status/devices/device-memory.js';
import type { ConfigurationFacts, GatewayFacts } from '../status/gateway-facts.js';
import { StatusBoard } from '../status/status-board.js';
import { writeEnabled } from '../status/system-tags/enabled-tag.js';
import { version } from '../version.js';
import { RunningDrivers } from './running-drivers.js';

export interface MakeDriversDependencies {
  readonly metrics: Metrics;
  readonly configuration: { facts(): ConfigurationFacts };
}

export interface MadeDrivers {
  readonly drivers: RunningDrivers;
  readonly board: StatusBoard;
  readonly writes: WriteRequests;
}

/** The drivers of the plant, not started yet; the board on which everybody reads how they are; the road of writes to them. */
export function makeDrivers(
  common: CommonDependencies,
  { plant, summary }: RunningVersion,
  { metrics, configuration }: MakeDriversDependencies,
): MadeDrivers {
  const { home, clock, store, events, alarms, logging, shutdownSteps } = common;
  const { logger } = logging;
  const deviceMemory = new DeviceMemory(home.file('devices.json'), clock, logger);
  shutdownSteps.add('device memory', async () => await deviceMemory.close());
  const dependencies = { ...common, logger, stateDir: home.path, metrics, deviceMemory };
  const drivers = new RunningDrivers(plant, dependencies, summary.generation);
  shutdownSteps.add('drivers', async () => await drivers.stop());
  const board = new StatusBoard({
    instances: drivers.byId,
    store,
    events,
    alarms,
    clock,
    redactor: common.secrets,
    memory: deviceMemory,
    gateway: gatewayFactsOf(common, plant.site, configuration),
    gone: (driverId) => metrics.removeDriver(driverId),
  });
  drivers.onTouched((driverId) => board.touch(driverId));
  // Both before the drivers: that these stop with the gateway ends no alarm and is nothing to remember.
  shutdownSteps.add('alarms', async () => await alarms.close());
  shutdownSteps.add('status board', () => board[Symbol.dispose]());
  const writes = new WriteRequests({
    store,
    clock,
    logger,
    audit: common.audit,
    invokerOf: (driverId, deviceId) => drivers.byId.get(driverId)?.invokerOf(deviceId),
    writeToService: async (serviceId, writes, origin) =>
      await common.tagSpace.write(serviceId, writes.map(ownWrite), origin),
    writeLocal: async (definition, value) => await writeEnabled(definition, value, drivers.byId),
  });
  return { drivers, board, writes };
}

const ownWrite = ({ definition, value }: ServiceWrite): OwnTagWrite => ({ path: definition.path, value });

/** Made apart from the plant, which a callback beside it would keep for as long as the gateway runs. */
function gatewayFactsOf(
  common: CommonDependencies,
  site: string,
  configuration: MakeDriversDependencies['configuration'],
): () => Omit<GatewayFacts, 'valuesPerSecond'> {
  return () => gatewayFacts(common, site, configuration.facts());
}

function gatewayFacts(
  { startedAt, uptimeMs, store, gatewayAudit }: CommonDependencies,
  site: string,
  configuration: ConfigurationFacts,
): Omit<GatewayFacts, 'valuesPerSecond'> {
  return {
    ...configuration,
    version,
    site,
    startedAtMs: startedAt.getTime(),
    uptimeMs: uptimeMs(),
    residentBytes: process.memoryUsage.rss(),
    plantTags: store.plantSize,
    auditHead: gatewayAudit.toldHead,
  };
}
