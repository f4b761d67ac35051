/** Lets SIGTERM have no effect, by taking away whoever listens to it. Returns how to give it back. */
export function ignoreTerminate(): () => void {
  const listeners = process.listeners('SIGTERM');
  const deaf = (): void => undefined;
  process.on('SIGTERM', deaf);
  for (const listener of listeners) process.off('SIGTERM', listener);
  return () => {
    for (const listener of listeners) process.on('SIGTERM', listener);
    process.off('SIGTERM', deaf);
  };
}
