import type { Clock } from '@fieldwarden/core';

/** The promise's outcome, or `late()` thrown after so long. Rejects when a signal aborts. The promise itself goes on, and its rejection is heard. */
export async function within<T>(
  promise: Promise<T>,
  clock: Clock,
  {
    waitMs,
    late,
    signals = [],
  }: { readonly waitMs: number; readonly late: () => Error; readonly signals?: readonly AbortSignal[] },
): Promise<T> {
  promise.catch(() => undefined);
  for (const signal of signals) signal.throwIfAborted();
  const ends: (() => void)[] = [];
  try {
    return await new Promise<T>((resolve, reject) => {
      const timer = clock.setTimer(() => reject(late()), Math.max(0, waitMs));
      ends.push(() => timer[Symbol.dispose]());
      for (const signal of signals) {
        const onAbort = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', onAbort, { once: true });
        ends.push(() => signal.removeEventListener('abort', onAbort));
      }
      promise.then(resolve, reject);
    });
  } finally {
    for (const end of ends) end();
  }
}
