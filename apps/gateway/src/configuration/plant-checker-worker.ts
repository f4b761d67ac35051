import { loadPlantDocument, loadPlantText } from '@fieldwarden/config';
import type { CheckedPlant } from '@fieldwarden/generations';
import { parentPort, workerData } from 'node:worker_threads';
import { builtInDrivers } from '../built-in-drivers.js';
import type { CheckJob } from './plant-checker.js';

/** Entry of the thread that checks a large document: `workerData` is a CheckJob, the one message is its CheckedPlant. */
const { source, baseDir } = workerData as CheckJob;
const checked: CheckedPlant =
  'text' in source
    ? await loadPlantText(source.text, baseDir, builtInDrivers())
    : await loadPlantDocument(source.document, baseDir, builtInDrivers());
parentPort?.postMessage(checked);
