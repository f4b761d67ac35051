import { systemClock } from '@fieldwarden/core';
import { loadPlantFile, type Plant } from '@fieldwarden/config';
import type { Finding } from '@fieldwarden/admin-contract';
import { GatewayError } from '@fieldwarden/core';
import { builtInDrivers } from './built-in-drivers.js';
import { Gateway } from './gateway.js';
import { PlantRefused, type GatewayOptions, type RunningGateway } from './gateway-options.js';
import { HomeDirectory } from './home-directory.js';

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
  const gateway = new Gateway({ options, plant, registry, home, clock: systemClock, random: Math.random });
  try {
    return await gateway.start(warnings);
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

async function loadPlant(
  file: string | undefined,
  registry: ReturnType<typeof builtInDrivers>,
): Promise<{ readonly plant: Plant; readonly warnings: readonly Finding[] }> {
  if (file === undefined) {
    throw new GatewayError({
      code: 'PLANT_MISSING',
      kind: 'config',
      message: 'no plant to run: give the plant document with --plant FILE',
    });
  }
  const { plant, findings } = await loadPlantFile(file, registry);
  if (!plant) throw new PlantRefused(file, findings);
  return { plant, warnings: findings };
}
