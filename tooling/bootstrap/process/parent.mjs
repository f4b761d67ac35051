const lookEveryMs = 250;

/**
 * Calls `onLost` once the process that started this one is gone. npm runs scripts in a shell and, told to end, ends that shell only, so the
 * signal never comes here. Without npm above (`node start.mjs &` and a closed terminal) outliving the parent is meant.
 */
export function watchParent(onLost, environment = process.env) {
  if (!environment.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onLost();
  }, lookEveryMs);
  timer.unref();
}
