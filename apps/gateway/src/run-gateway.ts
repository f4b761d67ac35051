import { systemClock } from '@fieldwarden/core';
import { builtInDrivers } from './built-in-drivers.js';
import { Gateway } from './gateway.js';
import type { GatewayOptions, RunningGateway } from './gateway-options.js';
import { HomeDirectory } from './home-directory.js';
import { loadPlant } from './load-plant.js';

/**
 * Starts a gateway in this process. Resolves once all ports answer, whatever the state of the drivers.
 *
 * Rejects with a GatewayError of kind `config`, and nothing is left running: PlantRefused, PLANT_MISSING, HOME_NOT_WRITABLE,
 * HOME_IN_USE, PORT_TAKEN.
 */
export async function runGateway(options: GatewayOptions): Promise<RunningGateway> {
  const registry = builtInDrivers();
  const { plant, warnings } = await loadPlant(options.plantFile, registry);
  const home = HomeDirectory.claim(options.home);
  const gateway = new Gateway({
    options,
    logging: plant.logging,
    registry,
    home,
    clock: systemClock,
    random: Math.random,
  });
  try {
    return await gateway.start(plant, warnings);
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}
