import { messageOf } from '@fieldwarden/core';
import { importModule } from '@fieldwarden/core/import-module';
import { parentPort, workerData } from 'node:worker_threads';

/** Entry of the thread in which a third party's module is imported for the first time; tells its owner what became of it. */
importModule(workerData as string, import.meta.url).then(
  () => parentPort?.postMessage({ loaded: true }),
  (error: unknown) => parentPort?.postMessage({ loaded: false, message: messageOf(error) }),
);
