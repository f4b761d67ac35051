import type { Finding } from '@fieldwarden/admin-contract';
import { loadPlantFile, loadThirdPartyDrivers, type Plant } from '@fieldwarden/config';
import { GatewayError } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PlantRefused } from './gateway-options.js';

/** What came out of a plant file. Plain data, so that it crosses threads. */
export interface PlantResult {
  readonly plant?: Plant;
  readonly findings: readonly Finding[];
}

/**
 * From here on a plant file is read in a thread of its own: the syntax tree of 100,000 tags takes 700 MB, which the main
 * thread's heap would keep for as long as the gateway runs.
 */
const largeFileBytes = 1024 * 1024;

/** Reads and checks the plant file; third-party drivers end up in `registry`. Throws PlantRefused, or PLANT_MISSING. */
export async function loadPlant(
  file: string | undefined,
  registry: DriverRegistry,
): Promise<{ readonly plant: Plant; readonly warnings: readonly Finding[] }> {
  if (file === undefined) {
    throw new GatewayError({
      code: 'PLANT_MISSING',
      kind: 'config',
      message: 'no plant to run: give the plant document with --plant FILE',
    });
  }
  const { plant, findings } = (await isLarge(file))
    ? await loadInWorker(file, registry)
    : await loadPlantFile(file, registry);
  if (!plant) throw new PlantRefused(file, findings);
  return { plant, warnings: findings };
}

async function isLarge(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined); // what is wrong with it is the loader's to say
  return found !== undefined && found.size > largeFileBytes;
}

async function loadInWorker(file: string, registry: DriverRegistry): Promise<PlantResult> {
  const worker = new Worker(new URL('load-plant-worker.js', import.meta.url), { workerData: file });
  const [result] = (await once(worker, 'message')) as [PlantResult];
  await worker.terminate();
  if (!result.plant) return result;
  // Functions do not cross threads: the driver modules are loaded here again.
  await loadThirdPartyDrivers({ drivers: result.plant.drivers }, dirname(resolve(file)), registry);
  return { ...result, plant: deepFreeze(result.plant) };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
