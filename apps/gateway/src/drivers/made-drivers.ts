import type { RunningVersion } from '@fieldwarden/generations';
import type { Metrics } from '@fieldwarden/observe';
import type { ConfigurationFacts, GatewayFacts } from '../status/gateway-facts.js';
import type { Foundation } from '../process/foundation.js';
import { RunningDrivers } from './running-drivers.js';
import { DeviceMemory } from '../status/devices/device-memory.js';
import { StatusBoard } from '../status/status-board.js';
import { version } from '../version.js';

export interface MadeDrivers {
  readonly drivers: RunningDrivers;
  readonly board: StatusBoard;
}

/** The drivers of the plant, not started yet, and the board on which everybody reads how they are. */
export function makeDrivers(
  foundation: Foundation,
  { plant, summary }: RunningVersion,
  { metrics, configuration }: { readonly metrics: Metrics; readonly configuration: () => ConfigurationFacts },
): MadeDrivers {
  const { home, clock, store, events, alarms, ends, logging } = foundation;
  const deviceMemory = new DeviceMemory(home.file('devices.json'), clock, logging.logger);
  ends.add('device memory', async () => await deviceMemory.close());
  const drivers = new RunningDrivers(
    plant,
    {
      ...foundation,
      logger: logging.logger,
      stateDir: home.path,
      metrics,
      deviceMemory,
    },
    summary.generation,
  );
  ends.add('drivers', async () => await drivers.stop());
  const board = new StatusBoard({
    ...{ instances: drivers.byId, store, events, alarms, clock, memory: deviceMemory },
    gateway: () => factsOf(foundation, plant.site, configuration()),
    gone: (driverId) => metrics.removeDriver(driverId),
  });
  drivers.onTouched((driverId) => board.touch(driverId));
  ends.add('alarms', async () => await alarms.close()); // like the next: that drivers stop with the gateway ends no alarm
  ends.add('status board', () => board[Symbol.dispose]()); // before the drivers: that they stop with the gateway is nothing to remember
  return { drivers, board };
}

function factsOf(
  { startedAt, uptimeMs, store }: Foundation,
  site: string,
  configuration: ConfigurationFacts,
): Omit<GatewayFacts, 'valuesPerSecond'> {
  return {
    ...configuration,
    ...{ version, site },
    startedAtMs: startedAt.getTime(),
    uptimeMs: uptimeMs(),
    residentBytes: process.memoryUsage.rss(),
    plantTags: store.plantSize,
  };
}
