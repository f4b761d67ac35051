import { SHARE_ENV, Worker } from 'node:worker_threads';

/**
 * Starts the thread that outlives a blocked main thread: it ends this process when the Supervisor is gone, and tells the
 * Supervisor where the main thread stands. `onFailure` is called if the thread itself fails.
 */
export function startWatchdog(onFailure: (error: unknown) => void): void {
  const worker = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    env: SHARE_ENV,
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  worker.on('error', onFailure);
  worker.unref();
}
