import type { Catalogue } from '@fieldwarden/config';
import { LiveSecrets, systemClock } from '@fieldwarden/core';
import { sitesOf } from '@fieldwarden/snapshots';
import { dirname, join, resolve } from 'node:path';
import { builtInCatalogue } from './catalogue.js';
import { PlantChecker, type PlantReach } from './configuration/checking/plant-checker.js';
import { readPlantFile } from './configuration/plant-file.js';
import { Gateway } from './gateway.js';
import type { GatewayOptions, RunningGateway } from './gateway-options.js';
import { HomeDirectory } from './process/home-directory.js';

/**
 * Starts a gateway in this process. Resolves once all ports answer, whatever the state of the drivers.
 *
 * Rejects with a GatewayError of kind `config`, and nothing is left running: PlantRefused, PLANT_MISSING, FIRST_START_WITHOUT_DATABASE,
 * SNAPSHOT_DAMAGED and its like, HOME_NOT_WRITABLE and its like, HOME_IN_USE, PORT_TAKEN.
 */
export async function runGateway(options: GatewayOptions): Promise<RunningGateway> {
  const catalogue = builtInCatalogue();
  const secrets = new LiveSecrets();
  const checker = new PlantChecker({ catalogue, secrets, clock: systemClock }, reachOf(options));
  const running = await start(options, { catalogue, secrets, checker });
  checker.release();
  return running;
}

async function start(
  options: GatewayOptions,
  { catalogue, secrets, checker }: { catalogue: Catalogue; secrets: LiveSecrets; checker: PlantChecker },
): Promise<RunningGateway> {
  const { check, edit, importTags } = checker;
  const { driverOptions = [] } = options;
  const file =
    options.plantFile === undefined
      ? undefined
      : await readPlantFile(options.plantFile, { check, edit, driverOptions });
  if (file && 'refusal' in file && (await sitesOf(options.home)).length === 0) throw file.refusal; // a first start
  const home = await HomeDirectory.claim(options.home);
  const gateway = new Gateway({
    options,
    catalogue,
    secrets,
    check,
    edit,
    importTags,
    home,
    clock: systemClock,
    random: Math.random,
  });
  try {
    return await gateway.start(file);
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

/** What documents may reach: what the operator said at the start, and what lies beside the plant file. */
function reachOf({ home, plantFile, moduleFolders, secretFolders = [] }: GatewayOptions): PlantReach {
  const beside = plantFile === undefined ? [] : [dirname(resolve(plantFile))];
  return {
    home,
    secretFolders: [join(home, 'secrets'), ...beside, ...secretFolders],
    moduleFolders: moduleFolders ?? beside,
  };
}
