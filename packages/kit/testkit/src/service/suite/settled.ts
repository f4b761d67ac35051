import assert from 'node:assert/strict';
import { delay, errorKinds, isGatewayError, messageOf, systemClock, type GatewayError } from '@fieldwarden/core';

/** What the promise gives; fails when it is pending for longer than the suite is patient. */
export async function settled<T>(promise: PromiseLike<T>, patienceMs: number, what: string): Promise<T> {
  const stop = new AbortController();
  const limit = delay(systemClock, patienceMs, stop.signal).then(() =>
    assert.fail(`${what} was still pending after ${patienceMs} ms`),
  );
  limit.catch(() => undefined);
  try {
    return await Promise.race([promise, limit]);
  } finally {
    stop.abort();
  }
}

/** How the promise ended, or `pending` after so long. Its rejection counts as heard. */
export async function stateAfter<T>(promise: Promise<T>, waitMs: number): Promise<T | 'pending' | 'rejected'> {
  const stop = new AbortController();
  const pending = delay(systemClock, waitMs, stop.signal).then(() => 'pending' as const);
  pending.catch(() => undefined);
  try {
    return await Promise.race([promise.catch(() => 'rejected' as const), pending]);
  } finally {
    stop.abort();
  }
}

/** The GatewayError with which the promise must reject. */
export async function rejectionOf(promise: Promise<unknown>, patienceMs: number, what: string): Promise<GatewayError> {
  const outcome = await settled(
    promise.then(
      () => undefined,
      (thrown: unknown) => ({ thrown }),
    ),
    patienceMs,
    what,
  );
  assert(outcome, `${what} should have been rejected`);
  const { thrown } = outcome;
  assert(isGatewayError(thrown), `${what} was rejected with no GatewayError: ${messageOf(thrown)}`);
  assert(errorKinds.includes(thrown.kind), `${thrown.kind} is a kind of error`);
  return thrown;
}
