import { toGatewayError, type Clock, type GatewayError } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';

/**
 * `promise`, but no longer than the call lasts: rejects with `late()` at its deadline and with `given()` when it is aborted.
 * The promise itself goes on; what becomes of it then is nobody's business here.
 */
export function within<T>(
  promise: Promise<T>,
  call: CallContext,
  clock: Clock,
  late: () => GatewayError,
  given: () => GatewayError,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const { signal } = call;
    const timer = clock.setTimer(
      () => settle(() => reject(late())),
      Math.max(0, call.deadlineMs - clock.monotonicMs()),
    );
    const onAbort = (): void => settle(() => reject(given()));
    const settle = (action: () => void): void => {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
      action();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(toGatewayError(error))),
    );
  });
}
