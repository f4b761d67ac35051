/**
 * Starts the thread that outlives a blocked main thread: it ends this process when the Supervisor is gone, and tells the
 * Supervisor where the main thread stands. `onFailure` is called if the thread itself fails. What threads need is loaded here,
 * since a Host that the kernel ties to its parent becomes ready first.
 */
export function startWatchdog(onFailure: (error: unknown) => void): void {
  const threads = process.getBuiltinModule('node:worker_threads');
  const worker = new threads.Worker(new URL('./watchdog-thread.js', import.meta.url), {
    env: threads.SHARE_ENV,
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  worker.on('error', onFailure);
  worker.unref();
}
