import { GatewayError, systemClock } from '@fieldwarden/core';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Importing does no work; what is not done by then waits for something, or loops. */
const tryMs = 10_000;

/** Of the heap: more than any module needs to be there. */
const heapMiB = 256;

type Told = { readonly loaded: true } | { readonly loaded: false; readonly message: string };

/**
 * Imports a third party's module in a thread of its own and forgets it, so that one that exits, loops or fails when it is imported does
 * so there and not in the gateway. A module that failed here may be mended and tried again; one that failed in the gateway itself fails
 * for as long as that runs. Rejects with kind `config` and the reason as its cause.
 */
export async function tryModule(url: string, what: 'driver' | 'service'): Promise<void> {
  try {
    await importAside(url);
  } catch (cause) {
    const code = `${what.toUpperCase()}_NOT_LOADED`;
    throw new GatewayError({ code, kind: 'config', message: `${what} module ${url} could not be loaded`, cause });
  }
}

async function importAside(url: string): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@fieldwarden/config/try-module-worker');
  const worker = new Worker(entry, {
    workerData: url,
    stdout: true, // what it prints it will print again
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.once('message', (told: Told) => (told.loaded ? resolve() : reject(new Error(told.message))));
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`it ends the process when it is imported (exit code ${code})`)));
  const timer = systemClock.setTimer(
    () => reject(new Error(`importing it did not come to an end within ${tryMs / 1000} s`)),
    tryMs,
  );
  try {
    await promise;
  } finally {
    timer[Symbol.dispose]();
    await worker.terminate();
  }
}
