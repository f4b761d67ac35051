import type { Clock } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';

/** It took too long. */
export const late = Symbol('late');

/** So much of a call is kept for telling its outcome. */
const reserveMs = 20;

/** The promise's value, or `late` shortly before the deadline of the call. Rejects when a signal aborts. */
export async function within<T>(
  promise: Promise<T>,
  { deadlineMs }: CallContext,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T | typeof late> {
  const waitMs = Math.max(0, deadlineMs - reserveMs - clock.monotonicMs());
  signal?.throwIfAborted();
  return await new Promise<T | typeof late>((resolve, reject) => {
    const onAbort = (): void => {
      end();
      reject(signal?.reason as Error);
    };
    const timer = clock.setTimer(() => {
      end();
      resolve(late);
    }, waitMs);
    const end = (): void => {
      timer[Symbol.dispose]();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(end);
  });
}
