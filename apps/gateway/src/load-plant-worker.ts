import { loadPlantFile } from '@fieldwarden/config';
import { parentPort, workerData } from 'node:worker_threads';
import { builtInDrivers } from './built-in-drivers.js';
import type { PlantResult } from './load-plant.js';

/** Entry of the thread that reads a large plant file: `workerData` is its path, the one message is its PlantResult. */
const { plant, findings } = await loadPlantFile(workerData as string, builtInDrivers());
const result: PlantResult = { findings, ...(plant && { plant }) };
parentPort?.postMessage(result);
